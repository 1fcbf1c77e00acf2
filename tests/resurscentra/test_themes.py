"""Themes: their lists, coding what is handed in, and which lägesbilder are left."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.common.code_lists import CodeError
from nch.counties.selectors import county_boards
from nch.demo.means import fill_in
from nch.demo.texts import SITUATION_REPORT_ANSWERS
from resurscentra.enums import ThemeKind
from resurscentra.models import SituationReport, Theme
from resurscentra.selectors import coding_of, themes
from resurscentra.services import load_known_centres, open_period, start_report, submit_report
from resurscentra.services.themes import (
    CodedMeanwhileError,
    CodingError,
    add_theme,
    code_report,
    end_theme,
    load_themes,
    remove_theme,
    undo_ending,
)
from tests.factories.accounts import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("country")]
DAY = datetime.timedelta(days=1)


@pytest.fixture
def officer() -> User:
    """NCH's officer, who has asked for lägesbilder; the themes are loaded."""
    user, now = make_user(Role.NCH_OFFICER), timezone.now()
    load_known_centres(by=user, at=now)
    load_themes()
    today = timezone.localdate(now)
    open_period(title="Våren", starts_on=today - DAY, ends_on=today, due_on=today, by=user, at=now)
    return user


def handed_in(code: str) -> SituationReport:
    """The county's first lägesbild, handed in."""
    now, board = timezone.now(), county_boards().get(county_id=code)
    reports = SituationReport.objects.select_related("period__version", "organisation", "centre__organisation")
    report = reports.filter(organisation=board)[0]
    signatory = make_user(Role.COUNTY_SIGNATORY, board)
    start_report(report=report, by=signatory, at=now)
    report.refresh_from_db()
    assert report.response is not None
    fill_in(report.response, SITUATION_REPORT_ANSWERS, by=signatory, at=now)
    submit_report(report=report, by=signatory, at=now)
    return report


def theme(key: str) -> Theme:
    return next(one for one in themes() if one.key == key)


def code(report: SituationReport, by: User, *keys: str, version: int = 0) -> None:
    found = [theme(key) for key in keys]
    code_report(report=report, themes=found, version=version, by=by, at=timezone.now())


def ticked(report: SituationReport) -> set[str]:
    coding = coding_of(report)
    assert coding is not None
    return {one.key for one in coding.themes.all()}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_themes_of_2023_are_loaded_once_and_what_nch_has_changed_stays(officer: User) -> None:
    Theme.objects.filter(code="skolan").update(label="Skolan")
    load_themes()
    assert [themes(kind).count() for kind in ThemeKind] == [3, 7]
    assert theme("challenge_skolan").label == "Skolan"
    assert theme("success_factor_befintliga_strukturer") != theme("challenge_befintliga_strukturer")
    with pytest.raises(DatabaseError), transaction.atomic():
        Theme.objects.filter(code="skolan").update(code="skola")


def test_coding_is_kept_with_who_and_when_and_every_change_is_in_the_log(officer: User) -> None:
    report, other = handed_in("21"), make_user(Role.NCH_OFFICER)
    code(report, officer, "challenge_glesbygd", "challenge_skolan")
    code(report, other, "challenge_glesbygd", "success_factor_behovet_syns", version=1)
    code(report, officer, "challenge_glesbygd", "success_factor_behovet_syns", version=2)  # the same: no change
    coding = coding_of(report)
    assert coding is not None
    assert (coding.coded_by, coding.version) == (other, 2)
    assert ticked(report) == {"challenge_glesbygd", "success_factor_behovet_syns"}
    events = AuditEvent.objects.filter(action="report_coded", subject_id=str(report.pk)).order_by("sequence")
    assert [(one.actor_id, one.details["added"], one.details["removed"]) for one in events] == [
        (officer.pk, ["challenge_glesbygd", "challenge_skolan"], []),
        (other.pk, ["success_factor_behovet_syns"], ["challenge_skolan"]),
    ]
    with pytest.raises(CodedMeanwhileError):
        code(report, officer, "challenge_skolan", version=1)
    with pytest.raises(PermissionDenied):
        code(report, make_user(Role.NCH_ANALYST), version=2)
    expected = SituationReport.objects.filter(state="expected")[0]
    with pytest.raises(CodingError, match="inte inlämnad"):
        code(expected, officer)


def test_ended_theme_stays_where_it_is_ticked_and_cannot_be_ticked_anew(officer: User) -> None:
    first, second, now = handed_in("21"), handed_in("12"), timezone.now()
    code(first, officer, "challenge_lagkonjunktur")
    end_theme(
        theme=theme("challenge_lagkonjunktur"), last_day=timezone.localdate(now), successor=None, by=officer, at=now
    )
    Theme.objects.filter(code="lagkonjunktur").update(valid_to=timezone.localdate(now) - DAY)
    code(first, officer, "challenge_lagkonjunktur", "challenge_skolan", version=1)
    with pytest.raises(CodingError, match="kan inte väljas"):
        code(second, officer, "challenge_lagkonjunktur")
    page = signed_in(officer)
    assert "Lågkonjunkturen" in page.get(reverse("resurscentra:report_detail", args=[first.pk])).content.decode()
    assert "Lågkonjunkturen" not in page.get(reverse("resurscentra:report_detail", args=[second.pk])).content.decode()


def test_lists_follow_the_rules_of_every_code_list(officer: User) -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    values: dict[str, Any] = {"label": "Nytt", "label_en": "New", "source": "", "by": officer, "at": now}

    def add(letters: str, valid_from: datetime.date) -> Theme:
        kind = ThemeKind.CHALLENGE
        return add_theme(kind=kind, letters=letters, after=theme("challenge_glesbygd"), valid_from=valid_from, **values)

    new = add("nytt", today + DAY)
    assert [one.code for one in themes(ThemeKind.CHALLENGE)][:2] == ["glesbygd", "nytt"]
    for letters, day in (("nytt", today), ("coded", today), ("sent", today - DAY)):
        with pytest.raises(CodeError):
            add(letters, day)
    ended = theme("challenge_skolan")
    with pytest.raises(CodeError, match="annan lista"):
        end_theme(theme=ended, last_day=today, successor=theme("success_factor_andra_lan"), by=officer, at=now)
    end_theme(theme=ended, last_day=today, successor=new, by=officer, at=now)
    with pytest.raises(CodeError, match="Ångra"):
        remove_theme(theme=new, by=officer, at=now)
    undo_ending(theme=ended, by=officer, at=now)
    remove_theme(theme=new, by=officer, at=now)
    actions = AuditEvent.objects.filter(action__startswith="theme_").order_by("sequence")
    assert [one.action for one in actions] == ["theme_added", "theme_ended", "theme_ending_undone", "theme_removed"]


def test_pages_of_the_lists_change_them(officer: User) -> None:
    page, new = signed_in(officer), reverse("resurscentra:theme_new", args=["utmaningar"])
    assert page.get(new).status_code == 200
    assert page.post(new, {"label": "x"}).status_code == 422
    sent = {
        "label": "Hög omsättning av personal",
        "label_en": "Staff turnover",
        "valid_from": str(timezone.localdate()),
    }
    assert page.post(new, sent).status_code == 302
    added = theme("challenge_hog_omsattning_av_personal")
    change = reverse("resurscentra:theme_change", args=[added.pk])
    assert "Staff turnover" in page.get(change).content.decode()
    page.post(change, {**sent, "label": "Personal slutar", "source": "Samlad lägesbild 2025"})
    end = reverse("resurscentra:theme_end", args=[added.pk])
    assert page.post(end, {"last_day": "2020-01-01"}).status_code == 422
    assert page.post(end, {"last_day": str(timezone.localdate() + DAY)}).status_code == 302
    shown = page.get(reverse("resurscentra:theme_list")).content.decode()
    for words in ("Personal slutar", "Samlad lägesbild 2025", "Upphör", "Ångra avslutet"):
        assert words in shown, words
    page.post(reverse("resurscentra:theme_undo", args=[added.pk]))
    assert theme(added.key).valid_to is None
    assert (
        "gäller redan" in page.post(reverse("resurscentra:theme_remove", args=[added.pk]), follow=True).content.decode()
    )


def test_officer_codes_on_the_page_and_two_who_do_so_at_once_see_each_other(officer: User) -> None:
    report = handed_in("21")
    page, address = signed_in(officer), reverse("resurscentra:report_code", args=[report.pk])
    glesbygd, skolan = theme("challenge_glesbygd"), theme("challenge_skolan")
    done = page.post(address, {"challenge": [glesbygd.pk], "version": 0}, follow=True).content.decode()
    assert "Periodens inlämnade lägesbilder är alla kodade." in done
    assert f"Kodad av {officer.display_name}" in done
    other = signed_in(make_user(Role.NCH_OFFICER))
    stale = other.post(address, {"challenge": [skolan.pk], "version": 0})
    assert stale.status_code == 422
    assert "Någon annan har kodat" in stale.content.decode()
    assert ticked(report) == {"challenge_glesbygd"}
    form = stale.context["coding_form"]
    assert (form["version"].value(), form["challenge"].value()) == ("1", [str(skolan.pk)])
    other.post(address, {"challenge": [skolan.pk], "version": 1})
    assert ticked(report) == {"challenge_skolan"}
    # The county reads what it was coded as, and is offered no form.
    county = signed_in(make_user(Role.COUNTY_OFFICER, report.organisation))
    seen = county.get(reverse("resurscentra:report_detail", args=[report.pk])).content.decode()
    assert "Skolan som aktör" in seen
    assert "Spara teman" not in seen


def test_list_shows_what_is_not_coded_with_as_few_questions_for_many(
    officer: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first = handed_in("21")
    page, address = signed_in(officer), reverse("resurscentra:coding_list")
    page.get(address)
    with django_assert_max_num_queries(9):
        assert list(page.get(address).context["reports"]) == [first]
    rest = [handed_in(county) for county in ("12", "20")]
    code(first, officer)  # no theme at all: it has been read
    with django_assert_max_num_queries(9):
        assert set(page.get(address).context["reports"]) == {*rest}
    assert list(page.get(f"{address}?coded=kodade").context["reports"]) == [first]
    overview = page.get(reverse("resurscentra:report_overview")).content.decode()
    assert "2 inlämnade är inte kodade i teman." in overview
