"""The app of the support lines."""

from django.apps import AppConfig


class StodtelefonConfig(AppConfig):
    name = "stodtelefon"
    verbose_name = "Stödtelefon"

    def ready(self) -> None:
        from nch.accounts.enums import Right
        from nch.cases.start_parts import on_start_page
        from stodtelefon.start import line_today

        on_start_page(Right.LOG_CALLS, line_today)
