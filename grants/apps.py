"""The grants app."""

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"
    verbose_name = "Bidrag"

    def ready(self) -> None:
        from grants.services.recusals import undo_work
        from nch.cases.services import when_recused

        when_recused(undo_work)
