from django.apps import AppConfig


class ResetConfig(AppConfig):
    name = "reset"
