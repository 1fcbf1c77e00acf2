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

    def condition_on_postgresql(self, event: str) -> str:
        """The same for PostgreSQL, which takes no query there."""
        return self.condition(event)

    @property
    def refusal(self) -> str:
        """What the trigger's function does on PostgreSQL."""
        return f"RAISE EXCEPTION '{self.table}: row is final' USING ERRCODE = 'restrict_violation';"

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
            f"$$ BEGIN {self.refusal} END $$"
        )
        for event in self.events:
            # Repeated for a table that PostgreSQL did not have to rebuild, the trigger is there already.
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {self.table}_no_{event.lower()} ON {self.table}")
            schema_editor.execute(
                f"CREATE TRIGGER {self.table}_no_{event.lower()} BEFORE {event} ON {self.table} "
                f"FOR EACH ROW {self.condition_on_postgresql(event)} EXECUTE FUNCTION {self.table}_is_final()"
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


class ForbidChangeWithin(ForbidChange):
    """Refuse INSERT, UPDATE and DELETE of rows in `table` that belong to something final.

    `final` is a query that finds something where what the row belongs to is final; `{row}` in it stands for the row.
    On SQLite nothing in the query's tables can be built anew while the trigger stands ("no such table"): a migration
    that alters one of them drops this table's triggers first and repeats the operation.
    """

    def __init__(self, table: str, final: str) -> None:
        super().__init__(table)
        self.final = final

    def deconstruct(self) -> Any:
        return self.__class__.__qualname__, [self.table], {"final": self.final}

    @property
    def events(self) -> list[str]:
        return ["INSERT", "UPDATE", "DELETE"]

    def _is_final(self, row: str) -> str:
        return f"EXISTS ({self.final.format(row=row)})"

    def condition(self, event: str) -> str:
        rows = {"INSERT": ["NEW"], "UPDATE": ["OLD", "NEW"], "DELETE": ["OLD"]}[event]
        return f"WHEN ({' OR '.join(map(self._is_final, rows))})"

    def condition_on_postgresql(self, event: str) -> str:
        return ""

    @property
    def refusal(self) -> str:
        refuse = super().refusal
        return (
            f"IF TG_OP <> 'INSERT' THEN IF {self._is_final('OLD')} THEN {refuse} END IF; END IF; "
            f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; "
            f"IF {self._is_final('NEW')} THEN {refuse} END IF; RETURN NEW;"
        )
