"""Themes of lägesbilder: keeping their lists, and coding what counties have handed in."""

import datetime
from collections.abc import Collection
from typing import Final

from django.db import transaction
from django.utils import timezone

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import require
from nch.audit.services import record
from nch.common import code_lists
from resurscentra.enums import ReportState, ThemeKind
from resurscentra.models import CodedTheme, ReportCoding, SituationReport, Theme

SOURCE_2023: Final = "NCH:s årsrapport 2023 (rapport 2024:2)"
FIRST_DAY: Final = datetime.date(2023, 1, 1)

# Code, Swedish label, English label: what NCH found in the lägesbilder of 2023, in words of our own.
THEMES_2023: Final[dict[ThemeKind, tuple[tuple[str, str, str], ...]]] = {
    ThemeKind.SUCCESS_FACTOR: (
        ("behovet_syns", "Aktörerna ser behovet", "The bodies involved see the need"),
        ("andra_lan", "Lärdomar från andra län", "Learning from other counties"),
        ("befintliga_strukturer", "Arbetet bygger på det som redan finns", "Building on structures that exist"),
    ),
    ThemeKind.CHALLENGE: (
        ("glesbygd", "Glesbygd och långa avstånd", "Sparsely populated areas"),
        ("forankring", "Intern samverkan och förankring", "Internal cooperation and support"),
        ("lagkonjunktur", "Lågkonjunkturen", "The recession"),
        ("malgruppsanalys", "Målgruppsanalysen", "The analysis of target groups"),
        ("befintliga_strukturer", "Svårt att bygga på det som redan finns", "Building on structures that exist"),
        ("rutiner_kunskap", "Rutiner och kunskap saknas", "Routines and knowledge are lacking"),
        ("skolan", "Skolan som aktör", "Schools as a partner"),
    ),
}


class CodingError(Exception):
    """The lägesbild cannot be coded so; the message says why in Swedish."""


class CodedMeanwhileError(CodingError):
    """Somebody else has coded it since the page was opened; `coding` is what stands now."""

    def __init__(self, coding: ReportCoding) -> None:
        super().__init__("Någon annan har kodat lägesbilden sedan du öppnade sidan. Inget av ditt är sparat.")
        self.coding = coding


@transaction.atomic
def load_themes() -> None:
    """Create the themes of 2023 that are missing; those that are there stay, for NCH edits them in the system."""
    there = set(Theme.objects.values_list("kind", "code"))
    Theme.objects.bulk_create(
        Theme(
            kind=kind,
            code=code,
            label=label,
            label_en=label_en,
            position=position,
            valid_from=FIRST_DAY,
            source=SOURCE_2023,
        )
        for kind, entries in THEMES_2023.items()
        for position, (code, label, label_en) in enumerate(entries, start=1)
        if (kind, code) not in there
    )


# --- The lists ------------------------------------------------------------------------------------------------------


def _locked_list(kind: str) -> list[Theme]:
    """The whole list, locked: what is checked of one theme depends on the others."""
    return list(Theme.objects.select_for_update().filter(kind=kind).order_by("position", "code"))


def _details(theme: Theme, **more: object) -> dict[str, object]:
    return {"kind": theme.kind, "code": theme.code, **more}


@transaction.atomic
def add_theme(
    *,
    kind: ThemeKind,
    letters: str,
    label: str,
    label_en: str,
    source: str,
    after: Theme | None,
    valid_from: datetime.date,
    by: User,
    at: datetime.datetime,
) -> Theme:
    """Add a theme that can be ticked from a day on, placed after another one (or first). Raises CodeError."""
    require(by, Right.CODE_REPORTS)
    entries, today = _locked_list(kind), timezone.localdate(at)
    reserved = {"total", "coded"}
    code_lists.check_new_code(entries, letters=letters, valid_from=valid_from, today=today, reserved=reserved)
    theme = Theme.objects.create(
        kind=kind,
        code=letters,
        label=label,
        label_en=label_en,
        source=source,
        position=len(entries) + 1,
        valid_from=valid_from,
    )
    code_lists.place(entries, theme, after)
    record("theme_added", by=by, subject=theme, details=_details(theme, valid_from=valid_from.isoformat()), at=at)
    return theme


@transaction.atomic
def change_theme(
    *,
    theme: Theme,
    label: str,
    label_en: str,
    source: str,
    after: Theme | None,
    by: User,
    at: datetime.datetime,
) -> None:
    """Change how a theme is worded and where it stands in its list."""
    require(by, Right.CODE_REPORTS)
    entries = _locked_list(theme.kind)
    theme = next(entry for entry in entries if entry.pk == theme.pk)
    changed = code_lists.reword(entries, theme, after, label=label, label_en=label_en, source=source)
    if changed:
        record("theme_changed", by=by, subject=theme, details=_details(theme, changed=changed), at=at)


@transaction.atomic
def end_theme(
    *, theme: Theme, last_day: datetime.date, successor: Theme | None, by: User, at: datetime.datetime
) -> None:
    """Let a theme be ticked for the last time on a day; lägesbilder that have it keep it. Raises CodeError."""
    require(by, Right.CODE_REPORTS)
    entries = _locked_list(theme.kind)
    theme = next(entry for entry in entries if entry.pk == theme.pk)
    code_lists.check_ending(theme, entries, last_day=last_day, successor=successor, today=timezone.localdate(at))
    code_lists.end(theme, last_day=last_day, successor=successor)
    details = _details(theme, last_day=last_day.isoformat(), successor=successor.code if successor else "")
    record("theme_ended", by=by, subject=theme, details=details, at=at)


@transaction.atomic
def undo_ending(*, theme: Theme, by: User, at: datetime.datetime) -> None:
    """Let a theme go on whose last day has not passed. Raises CodeError."""
    require(by, Right.CODE_REPORTS)
    code_lists.go_on(theme, today=timezone.localdate(at))
    record("theme_ending_undone", by=by, subject=theme, details=_details(theme), at=at)


@transaction.atomic
def remove_theme(*, theme: Theme, by: User, at: datetime.datetime) -> None:
    """Remove a theme that has not begun to be valid. Raises CodeError."""
    require(by, Right.CODE_REPORTS)
    entries = _locked_list(theme.kind)
    code_lists.check_removal(theme, entries, today=timezone.localdate(at))
    record("theme_removed", by=by, subject=theme, details=_details(theme), at=at)
    theme.delete()


# --- Coding ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def code_report(
    *, report: SituationReport, themes: Collection[Theme], version: int, by: User, at: datetime.datetime
) -> ReportCoding:
    """Say which themes a handed-in lägesbild has, none included; `version` is that of the coding one has seen, or 0.

    Raises CodedMeanwhileError where another version stands, CodingError for what is not handed in and for a theme that
    cannot be ticked today. A theme that has ended stays where it is ticked already.
    """
    require(by, Right.CODE_REPORTS, report.organisation_id)
    report = SituationReport.objects.select_for_update().get(pk=report.pk)
    if report.state != ReportState.SUBMITTED:
        raise CodingError("Lägesbilden är inte inlämnad.")
    coding = ReportCoding.objects.filter(pk=report.pk).first()
    if coding is not None and coding.version != version:
        raise CodedMeanwhileError(coding)
    today = timezone.localdate(at)
    before = {one.pk: one for one in coding.themes.all()} if coding else {}
    after = {one.pk: one for one in themes}
    ended = [one.label for one in after.values() if one.pk not in before and not one.is_valid_on(today)]
    if ended:
        raise CodingError(f"”{ended[0]}” kan inte väljas i dag.")
    if coding is None:
        coding = ReportCoding.objects.create(report=report, coded_by=by, coded_at=at)
    elif before.keys() == after.keys():
        return coding
    else:
        coding.version, coding.coded_by, coding.coded_at = version + 1, by, at
        coding.save(update_fields=["version", "coded_by", "coded_at"])
    coding.coded.exclude(theme__in=after).delete()
    CodedTheme.objects.bulk_create(CodedTheme(coding=coding, theme_id=pk) for pk in after if pk not in before)
    details = {
        "added": sorted(one.key for pk, one in after.items() if pk not in before),
        "removed": sorted(one.key for pk, one in before.items() if pk not in after),
        "version": coding.version,
    }
    record("report_coded", by=by, subject=report, organisation_id=report.organisation_id, details=details, at=at)
    return coding
