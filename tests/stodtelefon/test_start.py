"""The start page of those who answer a line; all others are neither shown nor charged for it."""

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import User
from stodtelefon.services.handovers import read_handover
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_centre_line, make_handover, make_shift, make_swap, swedish
from tests.security.test_query_counts import queries

pytestmark = pytest.mark.django_db

MONDAY = datetime.date(2027, 1, 11)
DAY = datetime.timedelta(days=1)


def start_of(user: User, client: Client) -> str:
    client.force_login(user)
    return client.get(reverse("start")).content.decode()


@pytest.fixture
def pair() -> tuple[User, User]:
    """Two who answer the same line."""
    line = make_centre_line()
    return make_user(Role.RC_LINE, line.organisation), make_user(Role.RC_LINE, line.organisation)


@time_machine.travel(swedish(2027, 1, 11, 10), tick=False)
def test_start_shows_the_shift_of_today_and_only_ones_own(pair: tuple[User, User], client: Client) -> None:
    mine, other = pair
    line = mine.memberships.get().organisation.support_lines.get()
    make_shift(line, mine, MONDAY)
    make_shift(line, mine, MONDAY + DAY)
    page = start_of(mine, client)
    assert "Ditt pass i dag 09.00–16.00" in page
    assert "Pågår" in page
    assert "nästa pass" not in page
    assert f'{reverse("stodtelefon:rota", args=[line.pk])}?vecka=2027-W02"' in page
    assert "Du har inga kommande pass" in start_of(other, client)


@time_machine.travel(swedish(2027, 1, 11, 17), tick=False)
def test_start_shows_the_next_shift_when_todays_has_ended(pair: tuple[User, User], client: Client) -> None:
    mine, _ = pair
    line = mine.memberships.get().organisation.support_lines.get()
    make_shift(line, mine, MONDAY)
    make_shift(line, mine, MONDAY + DAY)
    page = start_of(mine, client)
    assert "Ditt nästa pass 2027-01-12 09.00–16.00" in page
    assert "Ditt pass i dag" not in page


def test_start_shows_handovers_until_they_are_read_and_never_what_they_say(
    pair: tuple[User, User], client: Client
) -> None:
    mine, other = pair
    line = mine.memberships.get().organisation.support_lines.get()
    first, second = make_handover(line, other, "Växeln ringer i onödan."), make_handover(line, other)
    make_handover(line, mine)
    elsewhere = make_centre_line("21", "Gävleborgs län")
    make_handover(elsewhere, make_answerer(elsewhere))
    page = start_of(mine, client)
    assert f"2 olästa överlämningar, {line.name}" in page
    assert f'href="{reverse("stodtelefon:line_detail", args=[line.pk])}"' in page
    assert "Växeln" not in page
    assert elsewhere.name not in page
    read_handover(handover=first, by=mine, at=second.written_at)
    assert f"1 oläst överlämning, {line.name}" in start_of(mine, client)


def test_start_shows_a_swap_to_the_one_who_is_asked(pair: tuple[User, User], client: Client) -> None:
    mine, other = pair
    make_swap(mine.memberships.get().organisation.support_lines.get(), mine, other)
    page = start_of(other, client)
    assert f"{mine.display_name} vill byta pass med dig" in page
    assert "Ditt pass 2027-02-02 09.00–16.00 mot 2027-02-01 09.00–16.00" in page
    assert "vill byta pass" not in start_of(mine, client)


def test_those_who_log_calls_begin_from_the_menu_and_from_the_start_page(
    pair: tuple[User, User], client: Client
) -> None:
    address = f'href="{reverse("stodtelefon:log_call")}"'
    assert start_of(pair[0], client).count(address) == 2
    assert "Inget väntar på dig" not in start_of(pair[0], client)
    reader = start_of(make_user(Role.AUDITOR), client)
    assert address not in reader
    assert "Inget väntar på dig" in reader


def test_start_costs_three_queries_more_for_those_who_log_calls_however_much_there_is(
    pair: tuple[User, User],
) -> None:
    mine, other = pair
    line = mine.memberships.get().organisation.support_lines.get()
    nothing = queries(make_user(Role.NCH_ADMIN), reverse("start"))
    for number in range(3):
        make_swap(line, other, mine, datetime.date(2027, 2, 1 + 3 * number))
        make_handover(line, other)
        make_shift(line, mine, MONDAY + number * DAY)
    assert queries(mine, reverse("start")) == nothing + 3 <= 12
