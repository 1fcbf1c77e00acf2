"""The list of calls says which came when the line was closed, and can be narrowed to them, in its files too."""

import pytest
from django.test import Client

from tests.factories.stodtelefon import make_answerer, make_call, make_centre_line, open_on_weekdays, swedish
from tests.http import body_of

pytestmark = pytest.mark.django_db

LIST = "/stodtelefon/?period="


def test_calls_outside_the_hours_are_marked_found_and_exported(client: Client) -> None:
    line = make_centre_line()
    by = make_answerer(line)
    open_on_weekdays(line)
    inside = make_call(line, by, started_at=swedish(2026, 3, 10, 10))
    client.force_login(by)
    assert "Märkning" not in client.get(LIST).content.decode()
    outside = make_call(line, by, started_at=swedish(2026, 3, 10, 6))
    everything = client.get(LIST)
    assert set(everything.context["calls"]) == {inside, outside}
    assert everything.content.decode().count(">Utanför öppettiden</span>") == 1
    found = client.get(f"{LIST}&outside=on")
    assert list(found.context["calls"]) == [outside]
    assert found.context["summary"].calls == 1
    rows = body_of(client.get(f"{LIST}&outside=on&format=csv")).decode("utf-8-sig").splitlines()
    flag = rows[0].split(";").index("Utanför öppettiden")
    assert [row.split(";")[flag] for row in rows[1:]] == ["Ja"]
    rows = body_of(client.get(f"{LIST}&format=csv")).decode("utf-8-sig").splitlines()
    assert sorted(row.split(";")[flag] for row in rows[1:]) == ["Ja", "Nej"]
