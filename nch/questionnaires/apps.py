from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "nch.questionnaires"
    verbose_name = "Formulär"
