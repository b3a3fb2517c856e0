from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class SsprConfig(AppConfig):
    name = "sspr"


class AdminConfig(DjangoAdminConfig):
    default_site = "sspr.admin.Site"
