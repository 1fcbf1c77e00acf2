from django.apps import AppConfig


class CountiesConfig(AppConfig):
    name = "nch.counties"
    verbose_name = "Län och organisationer"
