"""Diary numbers, documents, tasks."""

import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.cases.enums import CaseKind, DocumentDirection
from nch.cases.models import Case, Task
from nch.cases.selectors import case_choices_for, cases_for, number_of_cases, open_tasks_for
from nch.cases.services import (
    PartyError,
    add_document,
    add_document_once,
    close_tasks,
    declare_interest,
    open_task,
    register_case,
)
from nch.common import lists
from tests.factories.accounts import make_county, make_organisation, make_user
from tests.http import body_of

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def register(title: str, by: User, *, at: datetime.datetime) -> Case:
    """A case of the user's organisation, handled by NCH."""
    organisation = by.memberships.get().organisation
    return register_case(
        kind=CaseKind.GRANT, title=title, organisation=organisation, handler=make_organisation("nch"), by=by, at=at
    )


def a_case(signatory_role: Role = Role.COUNTY_SIGNATORY) -> Case:
    by = make_user(signatory_role)
    return register("Ansökan", by, at=NOW)


def test_diary_numbers_run_without_gaps_per_swedish_year() -> None:
    by = make_user(Role.COUNTY_SIGNATORY)
    new_year_in_sweden = datetime.datetime(2025, 12, 31, 23, 30, tzinfo=datetime.UTC)
    moments = [datetime.datetime(2025, 6, 1, tzinfo=datetime.UTC)] * 2 + [new_year_in_sweden]
    cases = [register("x", by, at=moment) for moment in moments]
    assert [case.registration_number for case in cases] == ["1–2025", "2–2025", "1–2026"]


def test_documents_are_numbered_and_kept_with_their_digest() -> None:
    case, by = a_case(), make_user(Role.COUNTY_SIGNATORY)
    for title in ("Ansökan", "Beslut"):
        add_document(
            case=case,
            direction=DocumentDirection.INCOMING,
            title=title,
            file_name="x.pdf",
            content=b"abc",
            by=by,
            at=NOW,
        )
    assert [(d.number, d.title, d.size) for d in case.documents.all()] == [(1, "Ansökan", 3), (2, "Beslut", 3)]


def test_document_of_a_repeated_task_is_registered_once() -> None:
    case, by = a_case(), make_user(Role.COUNTY_SIGNATORY)
    for _ in range(2):
        add_document_once(
            case=case, direction=DocumentDirection.INCOMING, title="Ansökan", file_name="x", content=b"a", by=by, at=NOW
        )
    assert case.documents.count() == 1


def test_download_is_an_attachment_and_leaves_a_row_in_the_log(client: Client) -> None:
    case, by = a_case(), make_user(Role.COUNTY_SIGNATORY)
    add_document(
        case=case, direction=DocumentDirection.INCOMING, title="A", file_name="åäö.pdf", content=b"abc", by=by, at=NOW
    )
    client.force_login(by)
    answer = client.get(reverse("document_download", args=[case.pk, 1]))
    assert body_of(answer) == b"abc"
    assert answer["Content-Disposition"].startswith("attachment")
    assert AuditEvent.objects.filter(action="read", actor_id=by.pk, subject_type="cases.document").count() == 1


def test_tasks_wait_for_those_with_the_right_at_that_organisation_only() -> None:
    officer, other_role = make_user(Role.COUNTY_OFFICER), make_user(Role.RC_COORDINATOR)
    elsewhere = make_user(
        Role.COUNTY_OFFICER, make_organisation("county_board", county=make_county("14", "Västra Götalands län"))
    )
    national = make_user(Role.NCH_OFFICER)
    open_task(
        "k", organisation=officer.memberships.get().organisation, right=Right.FILL_IN, title="Sök", url="/", at=NOW
    )
    assert [task.title for task in open_tasks_for(officer)] == ["Sök"]
    for user in (other_role, elsewhere, national):
        assert not open_tasks_for(user).exists()


def test_task_of_the_same_key_is_one_and_closes_once() -> None:
    organisation = make_organisation("nch")
    for _ in range(2):
        open_task("k", organisation=organisation, right=Right.ASSESS, title="Bedöm", url="/", at=NOW)
    assert Task.objects.count() == 1
    close_tasks("k", "never-opened", at=NOW)
    assert not open_tasks_for(make_user(Role.NCH_OFFICER)).exists()


def test_expired_offer_stops_waiting() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    organisation = officer.memberships.get().organisation
    past = NOW - datetime.timedelta(days=1)
    open_task("k", organisation=organisation, right=Right.FILL_IN, title="Sök", url="/", at=past, expires_at=past)
    assert not open_tasks_for(officer).exists()


def in_another_county(code: str = "05", name: str = "Östergötlands län") -> User:
    """A signatory of another county board."""
    return make_user(Role.COUNTY_SIGNATORY, make_organisation("county_board", county=make_county(code, name)))


def test_nch_is_the_party_of_no_case() -> None:
    with pytest.raises(PartyError):
        register("x", make_user(Role.NCH_OFFICER), at=NOW)
    assert not Case.objects.exists()


@pytest.mark.parametrize("counted_anew", [5_000, 0], ids=["few", "many"])
def test_number_of_cases_is_that_of_the_list_also_for_whoever_is_recused(
    counted_anew: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(lists, "COUNTED_ANEW", counted_anew)
    signatory, officer = make_user(Role.COUNTY_SIGNATORY), make_user(Role.NCH_OFFICER)
    cases = [register(title, signatory, at=NOW) for title in ("Ansökan", "Ansökan", "Lägesbild")]
    declare_interest(case=cases[0], recused=True, reason="Släkt.", by=officer, at=NOW)
    declare_interest(case=cases[1], recused=False, by=officer, at=NOW)
    stranger = in_another_county()
    for user, total, applications in (
        (officer, 2, 1),
        (signatory, 3, 2),
        (stranger, 0, 0),
        (make_user(Role.AUDITOR), 3, 2),
    ):
        for narrowed, number in (
            (lambda found: found, total),
            (lambda found: found.filter(title="Ansökan"), applications),
        ):
            rows = narrowed(cases_for(user)).order_by("-pk")
            assert number_of_cases(user, rows, narrowed) == rows.count() == number


def test_choices_of_the_filter_are_what_there_is_within_reach() -> None:
    signatory, other = make_user(Role.COUNTY_SIGNATORY), in_another_county()
    for year in (2024, 2026, 2026):
        register("x", signatory, at=datetime.datetime(year, 5, 1, tzinfo=datetime.UTC))
    register("x", other, at=datetime.datetime(2025, 5, 1, tzinfo=datetime.UTC))
    own, others = (user.memberships.get().organisation for user in (signatory, other))
    nch = make_organisation("nch")
    choices = case_choices_for(signatory)
    assert (choices.years, choices.handlers, choices.parties) == (
        [2026, 2024],
        [(nch.pk, nch.name)],
        [(own.pk, own.name)],
    )
    for reader in (make_user(Role.NCH_OFFICER), make_user(Role.AUDITOR)):
        everything = case_choices_for(reader)
        assert everything.years == [2026, 2025, 2024]
        assert {pk for pk, _ in everything.parties} == {own.pk, others.pk}
    nothing = case_choices_for(in_another_county("08", "Kalmar län"))
    assert (nothing.years, nothing.handlers, nothing.parties) == ([], [], [])
