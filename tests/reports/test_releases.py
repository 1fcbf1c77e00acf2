"""Releasing statistics: protected, signed by somebody else, public on its day and not before, final."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from nch.accounts.enums import RIGHTS, Right, Role
from nch.accounts.models import User
from nch.common.transitions import TransitionError
from reports.enums import RELEASE_TRANSITIONS, ReleaseState
from reports.models import Release, ReleasedTable
from reports.services.releases import ReleaseError, discard_release, prepare_release, sign_release, withdraw_release
from reports.statistics.cube import Cube, thaw
from reports.statistics.definitions import LANGUAGES, CellStatus
from reports.statistics.published import published_table, published_tables
from reports.statistics.registry import RELEASABLE
from stodtelefon.models import SupportCall, SupportLine
from stodtelefon.services import mend_tallies
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
    release = prepare(maker, *RELEASABLE)
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
    cube = thaw(prepare(maker).tables.get().frozen["sv"])
    assert cube.cell(Month="2025M03", County="00", Contents="calls").value == 0


def test_preparing_twice_gives_the_same(line: SupportLine, maker: User) -> None:
    first, second = (prepare(maker, *RELEASABLE) for _ in range(2))
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
    assert (before.cell(Month="2025M05", County="12", Contents="calls").value, 0) == (0, 0)
    assert after.cell(Month="2025M05", County="12", Contents="calls").value == 6
    for county in ("05", "unknown"):
        assert after.cell(Month="2025M03", County=county, Contents="calls").status == CellStatus.SUPPRESSED


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
    table.hidden = {}
    table.save()
    release.refresh_from_db()
    with pytest.raises(ReleaseError, match="räkna ut"):
        sign_release(release=release, publish_at=AT, by=signer, at=AT)
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
        assert "Någon annan behöver godkänna" in page.content.decode()
        release = Release.objects.get()
        address = f"/statistik/publicering/{release.pk}/"
        assert "Skyddade celler" in client.get(f"{address}{MONTHS}/").content.decode()
        assert client.post(f"{address}godkann/").status_code == 422
        client.force_login(signer)
        assert "Godkänn publiceringen" in client.get(address).content.decode()
        assert client.post(f"{address}godkann/", {"publish_at": "2026-11-22T12:00"}).status_code == 302
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
        assert client.get(f"{public_page}figur.svg").content.startswith(b"<svg")
        client.force_login(signer)
        assert "no-store" in client.get(public_page)["Cache-Control"]
        answer = client.post(f"{address}aterkalla/", {"reason": ""})
        assert answer.status_code == 422
        assert client.post(f"{address}aterkalla/", {"reason": "Fel i ett län."}).status_code == 302
        client.logout()
        assert client.get(public_page).status_code == 404


def test_pages_of_releases_take_few_queries_however_many_there_are(
    line: SupportLine, maker: User, signer: User, client: Client
) -> None:
    def taken(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        return len(captured)

    public_pages = ("/statistik/publicerat/", f"/statistik/publicerat/{MONTHS}/")
    with time_machine.travel(AT):
        sign_release(release=prepare(maker), publish_at=AT, by=signer, at=AT)
        one_public = [taken(path) for path in public_pages]
        client.force_login(signer)
        taken("/")
        draft, address = prepare(maker), "/statistik/publicering/"
        one, one_table = taken(address), taken(f"{address}{draft.pk}/")
        several = prepare(maker, *RELEASABLE)
        assert taken(address) == one <= 12
        assert taken(f"{address}{several.pk}/") == one_table <= 12
        sign_release(release=several, publish_at=AT, by=signer, at=AT)
        client.logout()
        assert [taken(path) for path in public_pages] == one_public
    assert max(one_public) <= 3
