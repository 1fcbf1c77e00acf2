"""What has not been published is nowhere: planted titles and numbers of it are looked for behind every public door.

An embargoed table, a draft, a discarded draft, a table that was withdrawn before its day, and an embargoed new version
of a public table. Asking for one of the first four is answered as asking for a table that there never was.
"""

import dataclasses
import datetime
import io
import itertools
import json
import re
import zipfile
from collections.abc import Iterator

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from nch.accounts.enums import Role
from nch.accounts.models import User
from nch.members.tokens import make_token
from reports.enums import ReleaseState
from reports.models import Release, ReleasedTable, SavedQuery
from reports.statistics.cube import freeze, resolve
from reports.statistics.definitions import LANGUAGES
from reports.statistics.question import Period, Question, Reading
from reports.statistics.registry import RELEASABLE
from reports.statistics.renderers.formats import FORMATS
from stodtelefon.models import CallTally
from tests.factories.accounts import make_user
from tests.http import body_of

pytestmark = pytest.mark.django_db

AT = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
WORD = "Zebrafink"
API = "/api/statistics/v2"
PUBLIC, EMBARGOED, DRAFT, DISCARDED, EARLY = (
    f"released-{one}"
    for one in (
        "calls-by-month-and-county",
        "calls-by-year-and-caller",
        "calls-by-year-and-topic",
        "individuals-by-year-age-and-gender",
        "individuals-by-year-and-exposure",
    )
)
UNPUBLISHED = (EMBARGOED, DRAFT, DISCARDED, EARLY)
SHOWN, NEXT = "767890", "756789"
NUMBERS = {EMBARGOED: "712345", DRAFT: "723456", DISCARDED: "734567", EARLY: "745678"}
"""With these six digits each number of the table begins."""


def plant(table_id: str, digits: str, by: tuple[User, User], *, version: int | None, **release: object) -> None:
    """A release of one table in which every text and number gives it away."""
    maker, signer = by
    if version is not None:
        release = {"signed_by": signer, "signed_at": AT - 9 * DAY, **release}
    row = Release.objects.create(
        title=f"{WORD} {digits}",
        since=datetime.date(2025, 1, 1),
        until=datetime.date(2025, 12, 31),
        prepared_by=maker,
        prepared_at=AT - 9 * DAY,
        audit={},
        **release,
    )
    question = Question(Period.of_year(2025), AT, Reading(CallTally.objects.none()))
    frozen = {}
    for language in LANGUAGES:
        cube = resolve(RELEASABLE[table_id], language, question)
        texts = dict.fromkeys(("title", "description", "finding", "source"), f"{WORD} {digits} {language}")
        values = tuple(int(f"{digits}{place % 100:02}") for place in range(len(cube.values)))
        frozen[language] = freeze(
            dataclasses.replace(cube, values=values, statuses={}, notes=(f"{WORD}{digits}",), **texts)
        )
    ReleasedTable.objects.create(
        release=row, table_id=table_id, version=version, frozen=frozen, ground={}, hidden={}, sha256="0" * 64
    )


@pytest.fixture
def planted() -> None:
    by = make_user(Role.NCH_ANALYST), make_user(Role.NCH_DECISION_MAKER)
    signed, withdrawn = {"state": ReleaseState.SIGNED}, {"state": ReleaseState.WITHDRAWN, "withdrawal_reason": WORD}
    plant(PUBLIC, SHOWN, by, version=1, publish_at=AT - DAY, **signed)
    plant(PUBLIC, NEXT, by, version=2, publish_at=AT + DAY, **signed)
    plant(EMBARGOED, NUMBERS[EMBARGOED], by, version=1, publish_at=AT + DAY, **signed)
    plant(DRAFT, NUMBERS[DRAFT], by, version=None, state=ReleaseState.DRAFT)
    plant(DISCARDED, NUMBERS[DISCARDED], by, version=None, state=ReleaseState.DISCARDED)
    plant(EARLY, NUMBERS[EARLY], by, version=1, publish_at=AT - DAY, withdrawn_at=AT - 2 * DAY, **withdrawn)
    for table_id in UNPUBLISHED:
        SavedQuery.objects.create(
            key=table_id[-12:],
            digest=table_id.ljust(64, "0")[:64],
            table_id=table_id,
            language="sv",
            output_format="csv",
            selection={"values": [], "stub": [], "heading": []},
            created_on=AT.date(),
        )


def everybody() -> dict[str, Client]:
    """Nobody, an officer of a county signed in, and the same one's key."""
    officer = make_user(Role.COUNTY_OFFICER)
    signed_in = Client()
    signed_in.force_login(officer)
    key = make_token(name="Prov", days=30, by=officer, at=timezone.now())[1]
    return {"nobody": Client(), "officer": signed_in, "key": Client(headers={"Authorization": f"Bearer {key}"})}


def means_something(who: str, path: str) -> bool:
    """A key is nobody's outside the API."""
    return who != "key" or path.startswith("/api")


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """The name of each address of the project, and what it takes."""
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from patterns(one, f"{prefix}{one.namespace}:" if one.namespace else prefix)
        elif isinstance(one, URLPattern) and one.name:
            yield f"{prefix}{one.name}", list(one.pattern.regex.groupindex)


def doors(table_id: str) -> set[str]:
    """Every address of the project that names a table, with this one."""
    found = set()
    choices = {
        "table_id": [table_id],
        "pk": list(ReleasedTable.objects.filter(table_id=table_id).values_list("release_id", flat=True)),
        "name": ["figur", "karta", "lan", "figure", "map", "counties"],
        "kind": ["svg", "png", "csv", "xlsx", "json", "px"],
    }
    for name, takes in patterns(get_resolver()):
        if "table_id" in takes:
            for values in itertools.product(*(choices[one] for one in takes)):
                try:
                    found.add(reverse(name, kwargs=dict(zip(takes, values, strict=True))))
                except NoReverseMatch:
                    continue
    data = f"{API}/tables/{table_id}/data"
    found |= {f"{data}?lang={lang}&outputFormat={format}" for lang in LANGUAGES for format in FORMATS}
    return found | {f"{API}/tables/{table_id}/metadata?defaultSelection=true&lang=en"}


def whole_pages() -> Iterator[tuple[str, dict[str, str]]]:
    """Every address that takes nothing, with the lists of the API asked for by a word of the planted titles."""
    for name, takes in patterns(get_resolver()):
        if not takes and not name.startswith(("account_", "mfa_", "socialaccount_")):
            yield reverse(name), {}
    for query in (f"lang=en&query={WORD}", "lang=en", f"query={WORD}", "pastDays=30", "pageSize=1000"):
        yield f"{API}/tables?{query}", {}
    for accept in ("text/turtle", "application/ld+json"):
        yield "/api/dcat", {"Accept": accept}
    yield f"/sok/?q={WORD}", {}
    for path in ("/robots.txt", "/sitemap.xml"):
        yield path, {}


def said(answer: HttpResponseBase) -> str:
    """Everything that an answer tells, headers and what lies in workbooks included; spaces and commas gone."""
    body = body_of(answer)
    parts = [body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            parts = [archive.read(name) for name in archive.namelist()]
    told = "".join(part.decode(errors="replace") for part in parts) + str(sorted(answer.items()))
    return re.sub(r"[\s,]|&nbsp;", "", told)


def alike(answer: HttpResponseBase, asked: str, tokens: re.Pattern[str] = re.compile(r"[A-Za-z0-9]{64}")) -> object:
    """The answer without the name that was asked for, which it may repeat, and without what differs each time."""
    headers = sorted((name, value.replace(asked, "")) for name, value in answer.items() if name != "Content-Length")
    return answer.status_code, headers, tokens.sub("", body_of(answer).decode().replace(asked, ""))


def test_what_is_not_published_shows_behind_no_door(planted: None) -> None:
    secrets = [*NUMBERS.values(), NEXT, *UNPUBLISHED]
    with time_machine.travel(AT + DAY, tick=False):
        # When its day has come the embargoed table is read in full, so that every cache is filled with it.
        known = {path: Client().get(path) for path in doors(EMBARGOED)}
        assert sum(NUMBERS[EMBARGOED] in said(answer) for answer in known.values()) > 12
    with time_machine.travel(AT, tick=False):
        clients = everybody()
        seen = ""
        for who, client in clients.items():
            for path, headers in (*((path, {}) for path in doors(PUBLIC)), *whole_pages()):
                if not means_something(who, path):
                    continue
                told = said(client.get(path, headers=headers))
                assert not [one for one in secrets if one in told], (who, path)
                seen += told
        assert SHOWN in seen
        assert PUBLIC in seen

        never: dict[tuple[str, str], object] = {}
        nothing = "released-nothing-at-all"
        for table_id in UNPUBLISHED:
            for path in doors(table_id):
                etag = known[path].headers.get("ETag") if path in known else None
                asked = {"If-None-Match": etag or "*"}
                for who, client in clients.items():
                    if not means_something(who, path):
                        continue
                    there, elsewhere = client.get(path, headers=asked), (who, path.replace(table_id, nothing))
                    assert there.status_code in (302, 404, 405), (who, path)
                    if elsewhere not in never:
                        never[elsewhere] = alike(client.get(elsewhere[1]), nothing)
                    assert alike(there, table_id) == never[elsewhere], (who, path)
            sent: dict[str, object] = {}
            for one in (table_id, nothing):
                sent[one] = [
                    *(
                        alike(clients["key"].post(path, json.dumps(body), content_type="application/json"), one)
                        for path, body in (
                            (f"{API}/tables/{one}/data", {"selection": []}),
                            (f"{API}/savedqueries", {"tableId": one, "language": "sv", "selection": {"selection": []}}),
                        )
                    ),
                    *(
                        alike(clients["nobody"].get(f"{API}/savedqueries/{one[-12:]}{part}"), one[-12:])
                        for part in ("", "/data", "/selection")
                    ),
                ]
            assert sent[table_id] == sent[nothing]
