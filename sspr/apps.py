from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig
from django.core.checks import Tags, register

from sspr import checks


class SsprConfig(AppConfig):
    name = "sspr"

    def ready(self) -> None:
        register(checks.seams)
        register(checks.telephones)
        register(checks.returned_mail)
        register(checks.breached_passwords)
        register(checks.bot_challenge)
        register(checks.demonstration, Tags.security, deploy=True)
        register(checks.printed_codes, Tags.security, deploy=True)


class AdminConfig(DjangoAdminConfig):
    default_site = "sspr.admin.Site"
