from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "nch.cases"
    verbose_name = "Ärenden"
