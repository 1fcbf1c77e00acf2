"""System checks of the database, which `migrate` runs before it begins."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState

_MOST_NAMED = 5


@register(Tags.database)
def database_is_as_its_migrations_say(databases: Sequence[str] | None = None, **kwargs: Any) -> list[Error]:
    """Refuse a database that lacks columns of migrations that it says it has: one from before those were folded.

    It has applied a migration of the same name that said less, so nothing would be run on it and pages would fail.
    """
    errors = []
    for alias in databases or ():
        if missing := sorted(_missing(alias)):
            named = ", ".join(missing[:_MOST_NAMED]) + (" …" if len(missing) > _MOST_NAMED else "")
            errors.append(
                Error(
                    f"The database lacks {len(missing)} columns that its migrations should have made: {named}.",
                    hint="It is older than the folded migrations. Run `migrate` of the version of 2026-11-21 (commit "
                    "e54b132) on it first; see docs/decisions/0033-folded-migrations.md.",
                    id="nch.E004",
                )
            )
    return errors


def _missing(alias: str) -> Iterator[str]:
    connection = connections[alias]
    loader = MigrationLoader(connection)
    applied = [key for key in loader.applied_migrations if key in loader.graph.nodes]
    models = loader.project_state(applied).models.values() if applied else ()
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in models:
            table = model.options.get("db_table") or f"{model.app_label}_{model.name_lower}"
            if not _has_table(model):
                continue
            there: set[str] = set()
            if table in tables:
                there = {one.name for one in connection.introspection.get_table_description(cursor, table)}
            yield from (f"{table}.{column}" for column in _columns(model) if column not in there)


def _has_table(model: ModelState) -> bool:
    swapped_for = getattr(settings, model.options.get("swappable") or "", None)
    is_swapped = swapped_for is not None and swapped_for.lower() != f"{model.app_label}.{model.name_lower}"
    return model.options.get("managed", True) and not model.options.get("proxy") and not is_swapped


def _columns(model: ModelState) -> Iterator[str]:
    for name, field in model.fields.items():
        if not field.many_to_many:
            yield field.db_column or (f"{name}_id" if field.remote_field else name)
