from django.apps import AppConfig


class StodtelefonConfig(AppConfig):
    name = "stodtelefon"
    verbose_name = "Stödtelefon"
