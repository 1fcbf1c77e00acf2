from django.apps import AppConfig


class PopulationConfig(AppConfig):
    name = "nch.population"
    verbose_name = "Folkmängd"
