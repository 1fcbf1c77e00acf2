"""Rows that the database itself refuses to change: a migration operation for SQLite and PostgreSQL."""

from typing import Any

from django.db.migrations.operations.base import Operation


class ForbidChange(Operation):
    """Refuse UPDATE and DELETE of rows in `table`; with `when` (SQL over OLD) only of rows that meet it.

    An UPDATE that meets `allow` (SQL over OLD and NEW) is let through: the one change that a final row may undergo.
    SQLite drops triggers when Django rebuilds a table: a migration that alters a protected table repeats the
    operation, and a test checks that every trigger stands after the last migration.
    """

    reversible = True
    reduces_to_sql = True

    def __init__(self, table: str, when: str = "", delete: bool = True, allow: str = "") -> None:
        self.table = table
        self.when = when
        self.delete = delete
        self.allow = allow

    def deconstruct(self) -> Any:
        return (
            self.__class__.__qualname__,
            [self.table],
            {"when": self.when, "delete": self.delete, "allow": self.allow},
        )

    def state_forwards(self, app_label: str, state: Any) -> None:
        return None

    @property
    def events(self) -> list[str]:
        """The statements that are refused."""
        return ["UPDATE", "DELETE"] if self.delete else ["UPDATE"]

    def condition(self, event: str) -> str:
        """The WHEN clause of the event's trigger; empty where every row is final."""
        parts = [f"({self.when})"] if self.when else []
        if self.allow and event == "UPDATE":
            parts.append(f"NOT ({self.allow})")
        return f"WHEN ({' AND '.join(parts)})" if parts else ""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "sqlite":
            for event in self.events:
                schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{event.lower()}")
                schema_editor.execute(
                    f"CREATE TRIGGER {self.table}_no_{event.lower()} BEFORE {event} ON {self.table} "
                    f"{self.condition(event)} BEGIN SELECT RAISE(ABORT, '{self.table}: row is final'); END"
                )
            return
        schema_editor.execute(
            f"CREATE OR REPLACE FUNCTION {self.table}_is_final() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{self.table}: row is final' USING ERRCODE = 'restrict_violation'; END $$"
        )
        for event in self.events:
            # Repeated for a table that PostgreSQL did not have to rebuild, the trigger is there already.
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{event.lower()} ON {self.table}")
            schema_editor.execute(
                f"CREATE TRIGGER {self.table}_no_{event.lower()} BEFORE {event} ON {self.table} "
                f"FOR EACH ROW {self.condition(event)} EXECUTE FUNCTION {self.table}_is_final()"
            )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        on_table = "" if schema_editor.connection.vendor == "sqlite" else f" ON {self.table}"
        for event in self.events:
            schema_editor.execute(f"DROP TRIGGER {self.table}_no_{event.lower()}{on_table}")
        if not on_table:
            return
        schema_editor.execute(f"DROP FUNCTION {self.table}_is_final()")

    def describe(self) -> str:
        return f"Rows of {self.table} are final"
