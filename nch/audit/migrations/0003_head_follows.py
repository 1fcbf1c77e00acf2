"""The head of the chain follows each event that is appended, by a trigger of the database itself."""

from typing import Any

from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_auditevent_head AFTER INSERT ON audit_auditevent
BEGIN UPDATE audit_chainhead SET sequence = NEW.sequence, hash = NEW.hash WHERE id = 1; END
"""
POSTGRESQL = """
CREATE FUNCTION audit_auditevent_moves_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE audit_chainhead SET sequence = NEW.sequence, hash = NEW.hash WHERE id = 1; RETURN NULL; END $$;
CREATE TRIGGER audit_auditevent_head AFTER INSERT ON audit_auditevent
FOR EACH ROW EXECUTE FUNCTION audit_auditevent_moves_head()
"""


def create(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER audit_auditevent_head")
    else:
        schema_editor.execute("DROP FUNCTION audit_auditevent_moves_head() CASCADE")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_final_rows")]
    operations = [migrations.RunPython(create, drop)]
