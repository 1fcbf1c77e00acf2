from django.apps import AppConfig


class ResurscentraConfig(AppConfig):
    name = "resurscentra"
    verbose_name = "Resurscentrum"
