from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "nch.members"
    verbose_name = "Användare och inbjudningar"
