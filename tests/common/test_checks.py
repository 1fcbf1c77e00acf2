"""What `migrate` refuses to begin on."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from nch.common.checks import database_is_as_its_migrations_say

pytestmark = pytest.mark.django_db


def test_database_older_than_the_folded_migrations_is_refused_with_what_to_do() -> None:
    assert database_is_as_its_migrations_say(databases=["default"]) == []
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE counties_organisation DROP COLUMN phone_hours")
    with pytest.raises(SystemCheckError, match=r"counties_organisation\.phone_hours[\s\S]*e54b132"):
        call_command("migrate", skip_checks=False)
