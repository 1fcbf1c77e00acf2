from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "nch.accounts"
    verbose_name = "Konton och behörighet"

    def ready(self) -> None:
        from nch.accounts import checks  # noqa: F401  (registers the system checks)
