"""Swapping shifts: both change holder or neither does."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.models import OutgoingMail
from stodtelefon.models import Shift, ShiftSwap
from stodtelefon.selectors.lines import open_swaps_for
from stodtelefon.services.rota import RotaError, offer_shift, take_shift
from stodtelefon.services.swaps import accept_swap, close_swap, propose_swap
from tests.factories.accounts import make_user
from tests.factories.stodtelefon import make_answerer, make_centre_line, make_shift, make_swap, swedish

pytestmark = pytest.mark.django_db

NOW = swedish(2026, 12, 1, 8)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def pair() -> tuple[User, User]:
    """Two who answer the same line."""
    line = make_centre_line()
    return make_user(Role.RC_LINE, line.organisation), make_user(Role.RC_LINE, line.organisation)


@pytest.fixture
def swap(pair: tuple[User, User]) -> ShiftSwap:
    """What the first proposes to the second."""
    first, second = pair
    organisation = first.memberships.get().organisation
    return make_swap(organisation.support_lines.get(), first, second)


def holders(swap: ShiftSwap) -> list[User]:
    return [shift.person for shift in Shift.objects.filter(pk__in=[swap.own_id, swap.other_id]).order_by("pk")]


def test_both_shifts_change_holder_when_the_colleague_accepts(pair: tuple[User, User], swap: ShiftSwap) -> None:
    first, second = pair
    offer_shift(shift=swap.own, by=first, at=NOW)
    with pytest.raises(PermissionDenied):
        accept_swap(swap=swap, by=first, at=NOW)
    assert holders(swap) == [first, second]
    accept_swap(swap=swap, by=second, at=NOW)
    assert holders(swap) == [second, first]
    with pytest.raises(RotaError):
        accept_swap(swap=swap, by=second, at=NOW)
    with pytest.raises(RotaError):
        take_shift(shift=swap.own, by=make_answerer(swap.own.line), at=NOW)
    assert holders(swap) == [second, first]
    told = OutgoingMail.objects.filter(key__startswith="shift_swap").order_by("pk").values_list("user", flat=True)
    assert list(told) == [second.pk, first.pk]
    assert AuditEvent.objects.filter(action="shifts_swapped").count() == 1


def test_what_has_changed_meanwhile_is_refused_and_neither_shift_moves(
    pair: tuple[User, User], swap: ShiftSwap
) -> None:
    _, second = pair
    third = make_user(Role.RC_LINE, swap.own.line.organisation)
    with pytest.raises(RotaError, match="har redan börjat"):
        accept_swap(swap=swap, by=second, at=swap.own.starts_at)
    busy = make_shift(swap.own.line, second, swap.own.starts_at.date())
    with pytest.raises(RotaError, match="har redan ett annat pass"):
        accept_swap(swap=swap, by=second, at=NOW)
    busy.delete()
    Shift.objects.filter(pk=swap.own_id).update(person=third)
    with pytest.raises(RotaError, match="annan innehavare"):
        accept_swap(swap=swap, by=second, at=NOW)
    assert holders(swap) == [third, second]
    assert ShiftSwap.objects.get().closed_at is None


def test_proposal_is_refused_where_it_cannot_be(pair: tuple[User, User], swap: ShiftSwap) -> None:
    first, second = pair
    own, other = swap.own, swap.other
    with pytest.raises(RotaError, match="redan föreslaget"):
        propose_swap(own=own, other=other, by=first, at=NOW)
    with pytest.raises(RotaError, match="samtidigt"):
        propose_swap(own=own, other=make_shift(own.line, second, own.starts_at.date()), by=first, at=NOW)
    elsewhere = make_centre_line("05", "Östergötlands län")
    stranger = make_answerer(elsewhere)
    for mine, theirs, by in ((other, own, first), (own, make_shift(elsewhere, stranger), first), (own, own, first)):
        with pytest.raises(PermissionDenied):
            propose_swap(own=mine, other=theirs, by=by, at=NOW)
    assert not open_swaps_for(stranger, at=NOW).exists()


def test_proposal_is_declined_or_taken_back(pair: tuple[User, User], swap: ShiftSwap) -> None:
    first, second = pair
    with pytest.raises(PermissionDenied):
        close_swap(swap=swap, by=make_answerer(swap.own.line), at=NOW)
    close_swap(swap=swap, by=second, at=NOW)
    with pytest.raises(RotaError):
        close_swap(swap=swap, by=first, at=NOW)
    again = propose_swap(own=swap.own, other=swap.other, by=first, at=NOW)
    close_swap(swap=again, by=first, at=NOW)
    assert holders(swap) == [first, second]
    assert not open_swaps_for(first, at=NOW).exists()


def test_swap_is_proposed_and_accepted_on_the_pages(pair: tuple[User, User]) -> None:
    first, second = pair
    line = first.memberships.get().organisation.support_lines.get()
    mine = make_shift(line, first, datetime.date(2027, 2, 1))
    theirs = make_shift(line, second, datetime.date(2027, 2, 2))
    clients = {user: Client() for user in pair}
    for user, client in clients.items():
        client.force_login(user)
    rota = f"{reverse('stodtelefon:rota', args=[line.pk])}?vecka=2027-W05"
    page = reverse("stodtelefon:propose_swap", args=[line.pk, theirs.pk])
    assert page in clients[first].get(rota).content.decode()
    assert clients[first].post(page, {"own": theirs.pk}).status_code == 422
    assert clients[first].post(page, {"own": mine.pk}).status_code == 302
    calendar = reverse("stodtelefon:own_calendar")
    own = clients[first].get(calendar)
    assert "Godta bytet" not in own.content.decode()
    assert [one["label"] for one in own.context["navigation"] if one["current"]] == ["Schema och öppettider"]
    assert "Godta bytet" in clients[second].get(calendar).content.decode()
    accept = reverse("stodtelefon:swap_action", args=[ShiftSwap.objects.get().pk, "godta"])
    assert clients[first].post(accept).status_code == 404
    assert "Ni har bytt pass" in clients[second].post(accept, follow=True).content.decode()
    assert [Shift.objects.get(pk=shift.pk).person for shift in (mine, theirs)] == [second, first]
