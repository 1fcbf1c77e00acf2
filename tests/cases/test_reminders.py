"""Reminders: when, to whom, once, and only the latest after a time when nothing ran."""

import datetime
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from nch.accounts.enums import Right, Role
from nch.accounts.models import User
from nch.cases.enums import CaseKind
from nch.cases.kinds import kind_of
from nch.cases.models import OutgoingMail, Task
from nch.cases.reminders import EVERY, REMINDERS, latest_occasion, remind
from nch.cases.services import close_tasks, declare_interest, open_task, register_case
from tests.factories.accounts import make_organisation, make_user

DAY = datetime.timedelta(days=1)
DUE = datetime.date(2026, 3, 16)
CREATED = datetime.datetime(2026, 1, 5, 9, tzinfo=datetime.UTC)


def on(day: datetime.date, hour: int = 9) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=timezone.get_default_timezone())


def a_task(officer: User, **changes: Any) -> Task:
    """A lägesbild that the officer's county owes NCH."""
    values: dict[str, Any] = {
        "organisation": officer.memberships.get().organisation,
        "right": Right.FILL_IN,
        "title": "Lämna lägesbild",
        "url": "/",
        "due_on": DUE,
        "waiting": make_organisation("nch"),
        "waiting_right": Right.MANAGE_REPORTING,
        "at": CREATED,
    }
    return open_task("situation-report:1", **{**values, **changes})


def reminded(user: User) -> list[str]:
    """The occasions of which the user has been reminded, in days from the due date."""
    keys = OutgoingMail.objects.filter(user=user).order_by("created_at", "pk").values_list("key", flat=True)
    return [key.split(":")[3] for key in keys]


@pytest.mark.django_db
def test_who_owes_is_reminded_before_on_and_after_and_who_waits_when_it_is_late() -> None:
    officer, waiting = make_user(Role.COUNTY_OFFICER), make_user(Role.NCH_OFFICER)
    stranger = make_user(Role.RC_COORDINATOR)
    a_task(officer)
    for number in range(-20, 40):
        for hour in (9, 14):
            remind(at=on(DUE + number * DAY, hour))
    assert reminded(officer) == ["-14", "-3", "0", "1", "7", "21", "35"]
    assert reminded(waiting) == ["1", "7", "21", "35"]
    assert not reminded(stranger)


@pytest.mark.django_db
def test_run_twice_at_the_same_moment_writes_nothing_twice() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    a_task(officer)
    assert remind(at=on(DUE)) == 1
    assert remind(at=on(DUE)) == 0
    assert reminded(officer) == ["0"]


@pytest.mark.django_db
def test_after_ten_days_without_a_scheduler_only_the_latest_reminder_is_sent() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    a_task(officer)
    remind(at=on(DUE - 4 * DAY))
    remind(at=on(DUE + 6 * DAY))
    assert reminded(officer) == ["-14", "1"]
    late = OutgoingMail.objects.latest("pk")
    assert "6 dagar försenad" in late.body


@pytest.mark.django_db
def test_new_due_date_begins_anew() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    task = a_task(officer)
    remind(at=on(DUE))
    Task.objects.filter(pk=task.pk).update(due_on=DUE + 30 * DAY)
    remind(at=on(DUE + DAY))
    assert reminded(officer) == ["0"]
    remind(at=on(DUE + 17 * DAY))
    assert reminded(officer) == ["0", "-14"]


@pytest.mark.django_db
def test_what_is_done_expired_or_not_yet_open_is_not_reminded_of() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    task = a_task(officer)
    close_tasks(task.key, at=CREATED)
    remind(at=on(DUE))
    a_task(officer, expires_at=on(DUE - 10 * DAY))
    remind(at=on(DUE))
    a_task(officer, opens_on=DUE + DAY)
    remind(at=on(DUE))
    assert not reminded(officer)


@pytest.mark.django_db
def test_task_that_came_after_an_occasion_is_not_reminded_of_it() -> None:
    officer = make_user(Role.COUNTY_OFFICER)
    a_task(officer, at=on(DUE - 10 * DAY))
    remind(at=on(DUE - 9 * DAY))
    assert not reminded(officer)
    remind(at=on(DUE - 3 * DAY))
    assert reminded(officer) == ["-3"]


@pytest.mark.django_db
def test_assignee_alone_is_reminded_and_all_when_the_assignee_has_left() -> None:
    officer, colleague = make_user(Role.COUNTY_OFFICER), make_user(Role.COUNTY_OFFICER)
    organisation = officer.memberships.get().organisation
    colleague.memberships.update(organisation=organisation)
    a_task(officer, assignee=officer)
    remind(at=on(DUE - 3 * DAY))
    assert (reminded(officer), reminded(colleague)) == (["-3"], [])
    officer.memberships.update(valid_to=DUE - 2 * DAY)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    remind(at=on(DUE))
    assert (reminded(officer), reminded(colleague)) == (["-3"], ["0"])


@pytest.mark.django_db
def test_recused_is_not_reminded_and_the_mail_says_where_and_not_what() -> None:
    signatory = make_user(Role.COUNTY_SIGNATORY)
    nch = make_organisation("nch")
    fair, recused = make_user(Role.NCH_OFFICER), make_user(Role.NCH_OFFICER)
    case = register_case(
        kind=CaseKind.GRANT,
        title="Hemligt ämne",
        organisation=signatory.memberships.get().organisation,
        handler=nch,
        by=signatory,
        at=CREATED,
    )
    declare_interest(case=case, recused=True, reason="x", by=recused, at=CREATED)
    open_task(
        "assess:1", organisation=nch, right=Right.ASSESS, title="Hemligt", url="/x/", due_on=DUE, case=case, at=CREATED
    )
    remind(at=on(DUE))
    assert (reminded(fair), reminded(recused)) == (["0"], [])
    written = OutgoingMail.objects.get()
    assert "Hemligt" not in written.subject + written.body
    what = f"”{kind_of('assess:1').label}” i ärende {case.registration_number}"
    assert written.subject == f"Påminnelse: {what}, sista dagen är i dag"
    assert what in written.body


@given(st.integers(min_value=-40, max_value=400))
def test_latest_occasion_is_the_last_one_that_has_come(days: int) -> None:
    all_days = [occasion.days for occasion in REMINDERS]
    all_days += list(range(all_days[-1] + EVERY, 500, EVERY))
    come = [day for day in all_days if day <= days]
    occasion = latest_occasion(DUE, today=DUE + days * DAY, after=datetime.date(2020, 1, 1))
    assert (occasion.days if occasion else None) == (come[-1] if come else None)
