"""Releasing statistics: protected, signed by somebody else, public on its day and not before, final."""

import datetime
import itertools
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel.messages.pofile import read_po
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from nch.accounts.enums import RIGHTS, Right, Role
from nch.accounts.models import User
from nch.audit.models import AuditEvent
from nch.common.formats import format_datetime
from nch.common.transitions import TransitionError
from nch.common.work import LONGEST_QUEUE, SILENT, Claim, WorkState
from reports import preparing
from reports import signing as background
from reports.enums import RELEASE_TRANSITIONS, ReleaseState
from reports.models import Preparation, Release, ReleasedTable, Signing
from reports.services.preparations import ask_again, ask_for_release
from reports.services.releases import ReleaseError, discard_release, prepare_release, withdraw_release
from reports.services.signings import ask_to_sign, sign_release
from reports.statistics.cube import Cube, resolve, thaw
from reports.statistics.definitions import LANGUAGES, CellStatus
from reports.statistics.glance import by_place
from reports.statistics.published import published_table, published_tables
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import RELEASABLE_CALLS
from reports.tasks import attack_signed_release, prepare_asked_release
from stodtelefon.models import CallTally, SupportCall, SupportLine
from stodtelefon.services import mend_tallies
from tests.cases.test_parallel import in_parallel
from tests.factories.accounts import make_county, make_user
from tests.factories.stodtelefon import individual, make_answerer, make_call, make_line, swedish

pytestmark = pytest.mark.django_db

AT = swedish(2026, 11, 21, 12, 0)
DAY = datetime.timedelta(days=1)
MONTHS, AGES = "released-calls-by-month-and-county", "released-individuals-by-year-age-and-gender"


@pytest.fixture
def line() -> SupportLine:
    """Twelve calls in one month of 2025: nine from Skåne, two from Östergötland, one that did not say."""
    east, south = make_county("05", "Östergötlands län"), make_county("12", "Skåne län")
    line = make_line()
    answerer = make_answerer(line)
    for number, county in enumerate([south] * 9 + [east] * 2 + [None]):
        began = swedish(2025, 3, 3 + number, 9, 0)
        values = {"county": county, "county_known": county is not None, "individuals": (individual(),)}
        make_call(line, answerer, started_at=began, at=began + datetime.timedelta(hours=1), **values)
    return line


@pytest.fixture
def maker() -> User:
    return make_user(Role.NCH_ANALYST)


@pytest.fixture
def signer() -> User:
    return make_user(Role.NCH_DECISION_MAKER)


def prepare(by: User, *tables: str, at: datetime.datetime = AT) -> Release:
    chosen = tables or (MONTHS,)
    return prepare_release(title="Samtal 2025", table_ids=chosen, first_year=2025, last_year=2025, by=by, at=at)


def public(table_id: str, at: datetime.datetime) -> int | None:
    """The version that everybody sees at a moment."""
    with time_machine.travel(at, tick=False):
        table = published_table(table_id)
    return table.version if table else None


def test_release_hides_small_numbers_and_what_gives_them_away(line: SupportLine, maker: User) -> None:
    release = prepare(maker, *RELEASABLE_CALLS)
    assert release.audit["passed"]
    cube = thaw(release.tables.get(table_id=MONTHS).frozen["sv"])
    march = {"Month": "2025M03", "Contents": "calls"}
    assert cube.cell(**march, County="00").value == 12
    # Two and one are small; with nine beside them, twelve would leave three for the two, too close to what they are.
    hidden = [cube.cell(**march, County=one) for one in ("05", "unknown", "12")]
    assert [(cell.value, cell.status) for cell in hidden] == [(None, CellStatus.SUPPRESSED)] * 3
    # The same in the other language, and nothing of what is hidden anywhere in what is frozen.
    for table in release.tables.all():
        for language in LANGUAGES:
            frozen = table.frozen[language]
            assert sorted(frozen["statuses"]) == sorted(table.frozen["sv"]["statuses"])
            assert all(frozen["values"][int(flat)] is None for flat in frozen["statuses"])


def test_constructed_calls_are_not_released(line: SupportLine, maker: User) -> None:
    SupportCall.objects.update(constructed=True)
    mend_tallies(at=AT)
    with pytest.raises(ReleaseError, match="inga uppgifter"):  # nobody recorded a real call
        prepare(maker)
    for month, minute in itertools.product((6, 8), range(5)):
        began = swedish(2025, month, 5, 9, minute)
        make_call(line, make_answerer(line), started_at=began, at=began + DAY)
    cube = thaw(prepare(maker).tables.get().frozen["sv"])
    cells = [cube.cell(Month=month, County="00", Contents="calls") for month in ("2025M03", "2025M06", "2025M07")]
    assert [(cell.value, cell.status) for cell in cells] == [(None, CellStatus.NOT_KNOWN), (5, ""), (0, "")]


def test_preparing_twice_gives_the_same(line: SupportLine, maker: User) -> None:
    first, second = (prepare(maker, *RELEASABLE_CALLS) for _ in range(2))
    assert [one.sha256 for one in first.tables.all()] == [one.sha256 for one in second.tables.all()]


def test_table_is_public_on_its_day_and_not_before(line: SupportLine, maker: User, signer: User) -> None:
    release = prepare(maker)
    assert public(MONTHS, AT) is None
    sign_release(release=release, publish_at=AT + DAY, by=signer, at=AT)
    assert public(MONTHS, AT + DAY - datetime.timedelta(seconds=1)) is None
    assert public(MONTHS, AT + DAY) == 1
    assert public(AGES, AT + DAY) is None


def test_maker_cannot_sign(line: SupportLine, maker: User) -> None:
    release = prepare(maker)
    with pytest.raises(ReleaseError, match="förberett"):
        sign_release(release=release, publish_at=AT, by=maker, at=AT)
    assert public(MONTHS, AT) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Release.objects.filter(pk=release.pk).update(
            state=ReleaseState.SIGNED, signed_by=maker, signed_at=AT, publish_at=AT
        )


@pytest.mark.parametrize("role", [role for role in Role if Right.SIGN_RELEASES not in RIGHTS[role]])
def test_others_neither_prepare_nor_sign(line: SupportLine, maker: User, role: Role) -> None:
    release, other = prepare(maker), make_user(role)
    with pytest.raises(PermissionDenied):
        prepare(other)
    with pytest.raises(PermissionDenied):
        sign_release(release=release, publish_at=AT, by=other, at=AT)
    with pytest.raises(PermissionDenied):
        withdraw_release(release=release, reason="x", by=other, at=AT)
    with pytest.raises(PermissionDenied):
        discard_release(release=release, by=other, at=AT)


def test_new_version_takes_the_place_of_the_old_one(line: SupportLine, maker: User, signer: User) -> None:
    first = prepare(maker)
    sign_release(release=first, publish_at=AT, by=signer, at=AT)
    before = published_now(AT)
    late = swedish(2025, 5, 5, 9, 0)
    for minute in range(6):
        make_call(line, make_answerer(line), started_at=late + datetime.timedelta(minutes=minute), at=late + DAY)
    second = prepare(maker, at=AT + DAY)
    sign_release(release=second, publish_at=AT + 2 * DAY, by=signer, at=AT + DAY)
    assert public(MONTHS, AT + DAY) == 1
    assert public(MONTHS, AT + 2 * DAY) == 2
    # What was published stays as it was, and what was hidden in March stays hidden.
    assert published_now(AT + DAY) == before
    after = published_now(AT + 2 * DAY)
    # When the first version was made, nothing told that calls of May were recorded at all.
    assert before.cell(Month="2025M05", County="12", Contents="calls").status == CellStatus.NOT_KNOWN
    assert after.cell(Month="2025M05", County="12", Contents="calls").value == 6
    for county in ("05", "unknown"):
        assert after.cell(Month="2025M03", County=county, Contents="calls").status == CellStatus.SUPPRESSED


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_two_drafts_that_give_each_other_away_only_one_is_signed(
    line: SupportLine, maker: User, signer: User
) -> None:
    drafts = [prepare(maker)]
    first, answerer = SupportCall.objects.filter(county="05")[0], make_answerer(line)
    for number in range(5):
        began = swedish(2025, 3, 20 + number, 9, 0)
        values = {"county": first.county, "county_known": True, "individuals": (individual(),)}
        make_call(line, answerer, started_at=began, at=began + datetime.timedelta(hours=1), **values)
    drafts.append(prepare(maker))
    refused: list[ReleaseError] = []

    def sign(number: int) -> None:
        try:
            sign_release(release=drafts[number], publish_at=AT, by=signer, at=AT)
        except ReleaseError as error:
            refused.append(error)

    in_parallel(sign, 2)
    assert [str(error)[:30] for error in refused] == ["Tillsammans med det som har go"]
    assert sorted(Release.objects.values_list("state", flat=True)) == [ReleaseState.DRAFT, ReleaseState.SIGNED]


def published_now(at: datetime.datetime) -> Cube:
    with time_machine.travel(at, tick=False):
        return published_tables()[MONTHS].cube("sv")


def test_withdrawn_table_is_gone_and_the_old_one_does_not_come_back(
    line: SupportLine, maker: User, signer: User
) -> None:
    first, second = prepare(maker), prepare(maker)
    sign_release(release=first, publish_at=AT, by=signer, at=AT)
    sign_release(release=second, publish_at=AT + DAY, by=signer, at=AT)
    with pytest.raises(ReleaseError, match="varför"):
        withdraw_release(release=second, reason="", by=signer, at=AT + 2 * DAY)
    withdraw_release(release=second, reason="Fel folkmängd.", by=signer, at=AT + 2 * DAY)
    assert public(MONTHS, AT + 2 * DAY) is None
    third = prepare(maker, at=AT + 2 * DAY)
    sign_release(release=third, publish_at=AT + 3 * DAY, by=signer, at=AT + 2 * DAY)
    assert public(MONTHS, AT + 3 * DAY) == 3


def test_release_withdrawn_before_its_day_was_never_there(line: SupportLine, maker: User, signer: User) -> None:
    first, second = prepare(maker), prepare(maker)
    sign_release(release=first, publish_at=AT, by=signer, at=AT)
    sign_release(release=second, publish_at=AT + 2 * DAY, by=signer, at=AT)
    withdraw_release(release=second, reason="Fel period.", by=signer, at=AT + DAY)
    assert public(MONTHS, AT + 3 * DAY) == 1


def test_signed_release_and_its_tables_are_final(line: SupportLine, maker: User, signer: User) -> None:
    release = prepare(maker)
    sign_release(release=release, publish_at=AT, by=signer, at=AT)
    table = release.tables.get()
    for change in (
        lambda: ReleasedTable.objects.filter(pk=table.pk).update(frozen={}),
        lambda: Release.objects.filter(pk=release.pk).update(publish_at=AT - DAY),
        lambda: Release.objects.filter(pk=release.pk).update(state=ReleaseState.DRAFT),
        lambda: ReleasedTable.objects.filter(pk=table.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_draft_that_has_been_tampered_with_is_not_signed(line: SupportLine, maker: User, signer: User) -> None:
    release = prepare(maker)
    table = release.tables.get()
    flat = next(iter(table.frozen["sv"]["statuses"]))
    table.frozen["sv"]["values"][int(flat)] = 2
    table.save()
    with pytest.raises(ReleaseError, match="inte som när"):
        sign_release(release=release, publish_at=AT, by=signer, at=AT)
    opened = prepare(maker)
    opened.tables.update(hidden={})
    with pytest.raises(ReleaseError, match=f"räkna ut. Talen står i ”{RELEASABLE_CALLS[MONTHS].title.sv}”"):
        sign_release(release=opened, publish_at=AT, by=signer, at=AT)
    # What is changed after the signature is not what was signed.
    honest = prepare(maker)
    signing = ask_to_sign(release=honest, publish_at=AT, by=signer, at=AT)
    honest.tables.update(hidden={})
    attack_signed_release(signing.pk)
    signing.refresh_from_db()
    assert (signing.state, signing.failure[:24]) == (WorkState.FAILED, "Utkastet är inte som när")
    assert public(MONTHS, AT) is None


@pytest.mark.parametrize("state", ReleaseState)
def test_each_state_allows_its_moves_and_no_other(
    line: SupportLine, maker: User, signer: User, state: ReleaseState
) -> None:
    release = prepare(maker)
    if state in (ReleaseState.SIGNED, ReleaseState.WITHDRAWN):
        sign_release(release=release, publish_at=AT, by=signer, at=AT)
    if state == ReleaseState.WITHDRAWN:
        withdraw_release(release=release, reason="Fel.", by=signer, at=AT)
    if state == ReleaseState.DISCARDED:
        discard_release(release=release, by=maker, at=AT)
    moves = {
        ReleaseState.SIGNED: lambda: sign_release(release=release, publish_at=AT, by=signer, at=AT),
        ReleaseState.DISCARDED: lambda: discard_release(release=release, by=maker, at=AT),
        ReleaseState.WITHDRAWN: lambda: withdraw_release(release=release, reason="Fel.", by=signer, at=AT),
    }
    for target, attempt in moves.items():
        if any((one.source, one.target) == (state, target) for one in RELEASE_TRANSITIONS):
            continue
        with pytest.raises((TransitionError, ReleaseError)):
            attempt()


@pytest.mark.parametrize(
    ("years", "tables", "field"),
    [((2025, 2025), (), "tables"), ((2026, 2026), (MONTHS,), "last_year"), ((2025, 2024), (MONTHS,), "last_year")],
)
def test_what_cannot_be_released_is_said(
    line: SupportLine, maker: User, years: tuple[int, int], tables: tuple[str, ...], field: str
) -> None:
    first, last = years
    with pytest.raises(ReleaseError) as found:
        prepare_release(title="x", table_ids=tables, first_year=first, last_year=last, by=maker, at=AT)
    assert found.value.field == field
    assert not Release.objects.exists()


def test_pages_lead_from_draft_to_public_table(line: SupportLine, maker: User, signer: User, client: Client) -> None:
    client.force_login(maker)
    form = {"title": "Samtal 2025", "tables": [MONTHS], "first_year": "2025", "last_year": "2025"}
    with time_machine.travel(AT):
        wrong = client.post("/statistik/publicering/ny/", {**form, "tables": []})
        assert wrong.status_code == 422
        assert 'value="Samtal 2025"' in wrong.content.decode()
        page = client.post("/statistik/publicering/ny/", form, follow=True)
        assert "js/progress.js" in page.content.decode()
        assert not Release.objects.exists()
        preparation = Preparation.objects.get()
        here = f"/statistik/publicering/forbereds/{preparation.pk}/"
        status = {
            "state": "requested",
            "label": "Väntar i kö",
            "progress": 0,
            "words": f"Väntar i kö sedan {format_datetime(AT)}",
            "underWay": True,
            "stuck": False,
        }
        assert client.get(f"{here}status/").json() == status
        assert here in client.get("/statistik/publicering/").content.decode()
        prepare_asked_release(preparation.pk)
        assert "Någon annan behöver godkänna" in client.get(here, follow=True).content.decode()
        release = Release.objects.get()
        address = f"/statistik/publicering/{release.pk}/"
        preview = client.get(f"{address}{MONTHS}/").content.decode()
        assert "Skyddade celler" in preview
        assert preview.count('class="nch-figure"') == 2
        assert client.post(f"{address}godkann/").status_code == 422
        client.force_login(signer)
        assert "Godkänn publiceringen" in client.get(address).content.decode()
        signed = client.post(f"{address}godkann/", {"publish_at": "2026-11-22T12:00"}, follow=True).content.decode()
        assert "Prövning inför godkännande" in signed
        assert "Godkänn publiceringen" not in signed
        assert client.get(f"{address}godkann/status/").json()["underWay"]
        refused = client.post(f"{address}godkann/", {"publish_at": "2026-11-22T12:00"})
        assert (refused.status_code, Signing.objects.count()) == (422, 1)
        attack_signed_release(Signing.objects.get().pk)
        assert not client.get(f"{address}godkann/status/").json()["underWay"]
    client.logout()
    public_page = f"/statistik/publicerat/{MONTHS}/"
    with time_machine.travel(AT):
        assert client.get(public_page).status_code == 404
        assert MONTHS not in client.get("/statistik/publicerat/").content.decode()
    with time_machine.travel(AT + DAY):
        page = client.get(public_page)
        assert page.status_code == 200
        assert page["Cache-Control"] == "public, max-age=60"
        assert not page.cookies
        kept = "public, max-age=60"
        for name, kind in itertools.product(("figur", "lan"), ("svg", "png")):
            file = client.get(f"{public_page}{name}.{kind}")
            assert file.content.startswith({"svg": b"<svg", "png": b"\x89PNG"}[kind])
            assert (file["Cache-Control"], name in file["Content-Disposition"]) == (kept, True)
        # March is hidden in every county, and the country's twelve are shown.
        panels = client.get(f"{public_page}lan.svg").content.decode()
        assert panels.count(">..<") == 3
        assert "uppgift skyddas av sekretess" in panels
        assert client.get(f"{public_page}karta.svg").status_code == 404
        client.force_login(signer)
        assert "no-store" in client.get(public_page)["Cache-Control"]
        answer = client.post(f"{address}aterkalla/", {"reason": ""})
        assert answer.status_code == 422
        assert client.post(f"{address}aterkalla/", {"reason": "Fel i ett län."}).status_code == 302
        client.logout()
        gone = client.get(public_page)
        assert (gone.status_code, gone["Cache-Control"]) == (410, "public, max-age=60")
        for page in (gone, client.get("/statistik/publicerat/")):
            assert "återkallades 2026-11-22" in (text := page.content.decode()) or "Återkallad 2026-11-22" in text
            assert "Fel i ett län." in text
        assert '<span lang="sv">Fel i ett län.</span>' in client.get(f"/en/statistics/{MONTHS}/").content.decode()
        assert client.get(f"{public_page}figur.svg").status_code == 404
        for path in ("", "/metadata", "/data", "/defaultselection"):
            problem = client.get(f"/api/statistics/v2/tables/{MONTHS}{path}")
            assert (problem.status_code, problem["Content-Type"]) == (410, "application/problem+json")
            assert (problem.json()["reason"], problem.json()["withdrawnOn"]) == ("Fel i ett län.", "2026-11-22")
        assert MONTHS not in client.get("/api/statistics/v2/tables").content.decode()


def test_small_multiples_are_of_the_latest_months_however_many_there_are() -> None:
    make_county("12", "Skåne län")
    decade = Period(datetime.date(2016, 1, 1), datetime.date(2025, 12, 31))
    definition = RELEASABLE_CALLS[MONTHS]
    cube = resolve(definition, "sv", Question(decade, AT, Reading(CallTally.objects.none())))
    [part] = by_place(cube, definition.more_charts)
    assert part.dimension("Month").codes[0] == "2023M01"
    assert part.finding == "Samtal efter län, jan 2023–dec 2025"
    assert [one.label for one in part.dimension("County").categories] == ["Skåne län", "Okänt län", "Hela landet"]


def test_signature_takes_effect_when_it_has_been_attacked_and_not_before(
    line: SupportLine, maker: User, signer: User
) -> None:
    release = prepare(maker)
    signing = ask_to_sign(release=release, publish_at=None, by=signer, at=AT)
    assert public(MONTHS, AT + DAY) is None
    with time_machine.travel(AT + DAY, tick=False):
        for _ in range(2):
            attack_signed_release(signing.pk)
    release.refresh_from_db()
    # Public at once means once it has been attacked; nothing is dated back.
    assert (release.signed_by, release.signed_at, release.publish_at) == (signer, AT + DAY, AT + DAY)
    assert (public(MONTHS, AT), public(MONTHS, AT + DAY)) == (None, 1)
    assert AuditEvent.objects.filter(action="release_signed").count() == 1


def test_what_is_signed_during_the_attack_is_attacked_too(
    line: SupportLine, maker: User, signer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    drafts, attacks = [prepare(maker), prepare(maker)], []
    attack = background.check

    def and_meanwhile(*args: Any, **values: Any) -> Any:
        attacks.append(len(args[2]))
        if len(attacks) == 1:
            sign_release(release=drafts[1], publish_at=AT, by=signer, at=AT)
        return attack(*args, **values)

    monkeypatch.setattr(background, "check", and_meanwhile)
    sign_release(release=drafts[0], publish_at=AT, by=signer, at=AT)
    # The first draft alone, the second alone, and then the first beside the second.
    assert attacks == [0, 0, 1]
    assert [one.tables.get().version for one in drafts] == [2, 1]


@pytest.mark.parametrize(
    ("what", "code"), [("discarded", "not_in_that_state"), ("no longer may", "signer_not_entitled")]
)
def test_signature_falls_with_what_happens_during_the_attack(
    line: SupportLine, maker: User, signer: User, what: str, code: str
) -> None:
    release = prepare(maker)
    signing = ask_to_sign(release=release, publish_at=AT, by=signer, at=AT)
    if what == "discarded":
        discard_release(release=release, by=maker, at=AT)
    else:
        signer.memberships.update(valid_to=AT.date() - DAY)
    with time_machine.travel(AT):
        attack_signed_release(signing.pk)
    signing.refresh_from_db()
    assert signing.state == WorkState.FAILED
    # The page says why in Swedish, the log by a code.
    assert signing.failure.endswith(".")
    assert AuditEvent.objects.get(action="release_signing_failed").details == {"failure": code}
    assert public(MONTHS, AT) is None


def test_signature_whose_worker_died_can_be_given_again(line: SupportLine, maker: User, signer: User) -> None:
    release, other = prepare(maker), make_user(Role.NCH_DECISION_MAKER)
    signing = ask_to_sign(release=release, publish_at=AT + DAY, by=signer, at=AT)
    Signing.objects.update(state=WorkState.WORKING, attempt=1)
    with pytest.raises(ReleaseError, match="angrips just nu"):
        sign_release(release=release, publish_at=AT + DAY, by=other, at=AT + SILENT)
    sign_release(release=release, publish_at=AT + DAY, by=other, at=AT + 2 * SILENT)
    signing.refresh_from_db()
    assert (signing.state, release.signed_by) == (WorkState.FAILED, other)
    attack_signed_release(signing.pk)
    assert release.tables.get().version == 1


def ask(by: User, *tables: str) -> Preparation:
    return ask_for_release(title="Samtal", table_ids=tables or (MONTHS,), first_year=2025, last_year=2025, by=by, at=AT)


def test_draft_is_prepared_once_and_tells_how_far_it_has_come(
    line: SupportLine, maker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, told = ask(maker), []
    tell = Claim.tell
    monkeypatch.setattr(Claim, "tell", lambda *args: (told.append(args[1:]), tell(*args)))
    for _ in range(2):
        prepare_asked_release(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.progress, asked.release) == (WorkState.DONE, 100, Release.objects.get())
    assert [per_cent for per_cent, _ in told] == sorted(per_cent for per_cent, _ in told)
    assert [(one.source, one.target) for one in asked.moves.all()] == [("requested", "working"), ("working", "done")]
    with pytest.raises(TransitionError, match="kan inte begäras igen"):
        ask_again(preparation=asked, by=maker, at=AT + DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Preparation.objects.filter(pk=asked.pk).update(title="Annat")


def test_draft_that_cannot_be_prepared_says_why_and_can_be_asked_for_again(
    line: SupportLine, maker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ReleaseError, match="minst en tabell"):
        ask(maker, "no-such-table")
    with pytest.raises(PermissionDenied):
        ask(make_user(Role.NCH_DECISION_MAKER))
    asked = ask(maker)
    for error, said in ((RuntimeError("secret"), preparing.WENT_WRONG), (ReleaseError("För stort."), "För stort.")):

        def breaks(error: Exception = error, **values: object) -> None:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(preparing, "protect_release", breaks)
            prepare_asked_release(asked.pk)
        asked.refresh_from_db()
        assert (asked.state, asked.failure, Release.objects.count()) == (WorkState.FAILED, said, 0)
        ask_again(preparation=asked, by=maker, at=AT)


def test_worker_that_was_replaced_leaves_nothing(
    line: SupportLine, maker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, protected = ask(maker), preparing.protect_release

    def slowly(**values: Any) -> Any:
        """While it counts, somebody asks again and another worker makes the draft."""
        monkeypatch.setattr(preparing, "protect_release", protected)
        ask_again(preparation=Preparation.objects.get(), by=maker, at=timezone.now() + 2 * SILENT)
        prepare_asked_release(asked.pk)
        return protected(**values)

    monkeypatch.setattr(preparing, "protect_release", slowly)
    prepare_asked_release(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.attempt, asked.release) == (WorkState.DONE, 2, Release.objects.get())


def test_task_that_lost_its_worker_is_taken_up_once(line: SupportLine, maker: User) -> None:
    """The queue delivers it anew, under its own number; work that kills its workers is left to a person."""
    asked = ask(maker)
    for task, made in (("other", 0), ("mine", 1)):
        Preparation.objects.update(state=WorkState.WORKING, task="mine")
        preparing.prepare(asked.pk, task=task)
        assert Release.objects.count() == made
    second = ask(maker)
    Preparation.objects.filter(pk=second.pk).update(state=WorkState.WORKING, task="")
    preparing.prepare(second.pk, task="mine")
    assert Release.objects.count() == 1


def test_page_tells_of_a_worker_that_fell_silent(line: SupportLine, maker: User, client: Client) -> None:
    asked = ask(maker)
    Preparation.objects.update(state=WorkState.WORKING, attempt=1)
    client.force_login(maker)
    here = f"/statistik/publicering/forbereds/{asked.pk}/"
    for late, silent in ((datetime.timedelta(), False), (2 * SILENT, True)):
        with time_machine.travel(AT + late, tick=False):
            assert client.get(f"{here}status/").json()["stuck"] is silent
            assert ("har stått stilla länge" in client.get(here).content.decode()) is silent
    with time_machine.travel(AT + 2 * SILENT, tick=False):
        client.post(f"{here}igen/")
        status = client.get(f"{here}status/").json()
    assert (status["stuck"], status["words"]) == (False, f"Väntar i kö sedan {format_datetime(AT + 2 * SILENT)}")


def test_work_behind_other_work_waits_in_the_queue_and_is_asked_for_again_only_after_long(
    line: SupportLine, maker: User, client: Client
) -> None:
    asked = ask(maker)
    client.force_login(maker)
    here = f"/statistik/publicering/forbereds/{asked.pk}/"
    with time_machine.travel(AT + 2 * SILENT, tick=False):
        page = client.get(here).content.decode()
        client.post(f"{here}igen/")
    assert f"Väntar i kö sedan {format_datetime(AT)}" in page
    assert "stått stilla" not in page
    assert "Försök igen" not in page
    assert not AuditEvent.objects.filter(action="release_asked_for_again").exists()
    later = AT + LONGEST_QUEUE + datetime.timedelta(seconds=1)
    with time_machine.travel(later, tick=False):
        assert "har väntat länge i kön" in client.get(here).content.decode()
        client.post(f"{here}igen/")
        assert AuditEvent.objects.filter(action="release_asked_for_again").exists()
        assert f"Väntar i kö sedan {format_datetime(later)}" in client.get(here).content.decode()
        # Both tasks come after all: the draft is made once.
        prepare_asked_release(asked.pk)
        prepare_asked_release(asked.pk)
    assert Release.objects.count() == 1
    assert Preparation.objects.get().attempt == 1


def test_signature_that_was_lost_in_the_queue_can_be_given_again_and_the_lost_one_changes_nothing(
    line: SupportLine, maker: User, signer: User
) -> None:
    release, other = prepare(maker), make_user(Role.NCH_DECISION_MAKER)
    signing = ask_to_sign(release=release, publish_at=None, by=signer, at=AT)
    with pytest.raises(ReleaseError, match="angrips just nu"):
        sign_release(release=release, publish_at=None, by=other, at=AT + 2 * SILENT)
    sign_release(release=release, publish_at=None, by=other, at=AT + 2 * LONGEST_QUEUE)
    attack_signed_release(signing.pk)
    signing.refresh_from_db()
    assert (signing.state, release.signed_by, release.tables.get().version) == (WorkState.FAILED, other, 1)


def test_english_pages_are_english_and_name_the_other_language(
    line: SupportLine, maker: User, signer: User, client: Client
) -> None:
    sign_release(release=prepare(maker), publish_at=AT, by=signer, at=AT)
    with time_machine.travel(AT):
        listed, page = (client.get(f"/en/statistics/{one}") for one in ("", f"{MONTHS}/"))
        swedish_page = client.get(f"/statistik/publicerat/{MONTHS}/")
        picture = client.get(f"/en/statistics/{MONTHS}/counties.svg").content.decode()
    for answer in (listed, page):
        html = answer.content.decode()
        assert (answer["Content-Language"], '<html lang="en">' in html) == ("en", True)
        assert 'hreflang="x-default"' in html
        assert not re.findall(r"Källa|Publicerad |Tabellens|Ladda|Logga in", html)
    html = page.content.decode()
    assert f'<link rel="alternate" hreflang="sv" href="http://testserver/statistik/publicerat/{MONTHS}/">' in html
    assert "Calls to the support lines by month and county" in html
    assert f"/api/statistics/v2/tables/{MONTHS}/data?lang=en&amp;outputFormat=xlsx" in html
    assert f"/en/statistics/{MONTHS}/counties.png" in html
    # Hidden cells are two dots to the eye and words to the ear, and both are explained.
    assert '<span aria-hidden="true">..</span><span class="sr-only">suppressed for confidentiality</span>' in html
    assert "<code>..</code> suppressed for confidentiality" in html
    assert "<code>..</code> uppgift skyddas av sekretess" in swedish_page.content.decode()
    assert "Source: The calls registered in the system" in picture


def test_translations_are_compiled() -> None:
    source = Path(__file__).resolve().parents[2] / "locale/en/LC_MESSAGES/django.po"
    with source.open("rb") as file, translation.override("en"):
        for message in read_po(file):
            if message.id and message.string and not message.pluralizable:
                assert translation.gettext(message.id) == message.string, "run manage.py compilemessages -l en"


def test_pages_of_releases_take_few_queries_however_many_there_are(
    line: SupportLine, maker: User, signer: User, client: Client
) -> None:
    def taken(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    public_pages = ("/statistik/publicerat/", f"/statistik/publicerat/{MONTHS}/", f"/en/statistics/{MONTHS}/")
    with time_machine.travel(AT):
        sign_release(release=prepare(maker), publish_at=AT, by=signer, at=AT)
        one_public = [taken(path) for path in public_pages]
        client.force_login(signer)
        taken("/")
        draft, address = prepare(maker), "/statistik/publicering/"
        one, one_table = taken(address), taken(f"{address}{draft.pk}/")
        several = prepare(maker, *RELEASABLE_CALLS)
        assert taken(address) == one <= 12
        assert taken(f"{address}{several.pk}/") == one_table <= 12
        sign_release(release=several, publish_at=AT, by=signer, at=AT)
        client.logout()
        assert [taken(path) for path in public_pages] == one_public
    assert max(one_public) <= 3
