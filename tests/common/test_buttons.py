"""Reading an address that only a button leads to."""

import pytest
from django.http import HttpResponse, HttpResponseNotAllowed
from django.test import Client, RequestFactory
from django.urls import reverse

from nch.common.buttons import OnlyByButtonMiddleware, page_above
from tests.factories.stodtelefon import make_answerer, make_call, make_centre_line

pytestmark = pytest.mark.django_db


def test_address_of_a_button_leads_back_to_its_page(client: Client) -> None:
    line = make_centre_line()
    by = make_answerer(line)
    client.force_login(by)
    for address, above in (
        (reverse("stodtelefon:call_strike", args=[make_call(line, by).pk]), "stodtelefon:call_detail"),
        (reverse("stodtelefon:handover_write", args=[line.pk]), "stodtelefon:line_detail"),
    ):
        answer = client.get(address)
        assert (answer.status_code, answer["Allow"]) == (405, "POST")
        page = answer.content.decode()
        assert "Adressen öppnas med en knapp" in page
        pk = address.strip("/").split("/")[2]
        assert f'href="{reverse(above, args=[pk])}"' in page
        assert client.get(reverse(above, args=[pk])).status_code == 200


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        ("get", HttpResponse("{}", status=405, content_type="application/problem+json")),
        ("post", HttpResponseNotAllowed(["GET"])),
        ("get", HttpResponse(status=204)),
    ],
)
def test_answers_that_are_no_blank_page_stay_as_they_are(rf: RequestFactory, method: str, answer: HttpResponse) -> None:
    assert OnlyByButtonMiddleware(lambda request: answer)(getattr(rf, method)("/a/b/")) is answer


def test_way_up_stops_at_a_page_that_is_there() -> None:
    assert page_above("/stodtelefon/overlamningar/7/last/") == "/stodtelefon/"
    assert page_above("/finns/inte/alls/") == "/"
