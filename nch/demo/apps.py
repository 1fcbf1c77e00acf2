from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "nch.demo"
    verbose_name = "Demo"
