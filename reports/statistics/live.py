"""What the live tables share: the needs they read, their values, measures and notes."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from nch.accounts.enums import Right
from nch.common.formats import MONTHS, format_number
from reports.statistics.code_breaks import code_notes, histories, joined_breaks, list_notes, monthly_breaks
from reports.statistics.definitions import (
    ALWAYS_FRESH,
    CONTACT,
    COUNT,
    Adds,
    CellStatus,
    Chart,
    Dimension,
    Disclosure,
    Facts,
    Filter,
    Measure,
    Number,
    Role,
    TableDefinition,
    Text,
    Value,
)
from reports.statistics.question import ENGLISH_MONTHS, Period, Question
from reports.statistics.series import (
    REMIT_BREAK,
    lies_over_remit_break,
    month_notes,
    period_notes,
    remit_breaks,
)
from stodtelefon.enums import CodeKind, Cut
from stodtelefon.selectors import UNKNOWN_COUNTY
from stodtelefon.selectors.tallies import Need
from stodtelefon.tallying import Amounts

ALL: Final = "total"
COUNTRY: Final = "00"
"""The whole country, in Statistics Sweden's code list of counties."""

CALLS: Final = Measure("calls", Text("Samtal", "Calls"), COUNT, adds=Adds.ALWAYS, per_inhabitants=True)
INDIVIDUALS: Final = Measure(
    "individuals", Text("Utsatta individer", "Exposed individuals"), COUNT, adds=Adds.ALWAYS, per_inhabitants=True
)
PERCENT: Final = Text("procent", "per cent")
COUNTY: Final = Dimension("County", Text("Län", "County"), Role.GEO)
CATEGORY: Final = Dimension("Category", Text("Den som ringer", "Caller"))
MONTH: Final = Dimension("Month", Text("Månad", "Month"), Role.TIME)
PLACE_FILTERS: Final = frozenset({Filter.LINE, Filter.COUNTY, Filter.CATEGORY})
LINE_ONLY: Final = frozenset({Filter.LINE})
SOURCE: Final = Text("Samtalen som är registrerade i systemet", "The calls registered in the system")
SMALL_NUMBERS: Final = Text(
    "Siffrorna är levande och till för personal inom var och ens behörighet. Små tal är inte skyddade, "
    "så tabellen får inte publiceras.",
    "Live figures for staff within each person's reach. Small numbers are not protected: not for publication.",
)
PROTECTED: Final = Text(
    "Antal från 1 till 4 visas inte, och inte heller de antal som annars skulle avslöja dem. Summorna är exakta.",
    "Numbers from 1 to 4 are not shown, nor those that would give them away. Totals are exact.",
)
SHARE_OF_CALLS: Final = Measure("share", Text("Andel av samtalen", "Share of calls"), PERCENT, decimals=1)
EVERY_CALL: Final = Text(
    "Varje samtal räknas för sig, också när det gäller samma fråga som ett tidigare samtal.",
    "Each call counts by itself, also where it concerns the same matter as an earlier one.",
)
READERS: Final = frozenset({Right.SEE_STATISTICS, Right.SEE_CALLS})
Cells = dict[tuple[str, ...], Number | CellStatus]
Row = dict[str, Number | CellStatus]
"""The measures of one row."""


def live_table(
    *,
    notes: tuple[Text, ...] = (),
    source: Text = SOURCE,
    chart: Chart,
    facts: Callable[[Question], Facts],
    needs: Callable[[Question], Iterable[Need]],
    of_period: bool = True,
    **values: Any,
) -> TableDefinition:
    """A table that is always fresh, for staff.

    One without time whose numbers are `of_period` has no noughts where nothing of the period is recorded, and says if a
    break lies within it; over time a table does so at each month or year.
    """

    def with_common_needs(question: Question) -> Iterable[Need]:
        return (monthly(question), *needs(question))

    def counted(question: Question) -> Facts:
        found = _over_the_break(facts(question), question)
        return found if question.recorded.months_of(question.period.months) else _of_nothing_recorded(found)

    has_time = any(one.role == Role.TIME for one in values["dimensions"])
    return TableDefinition(
        notes=(*notes, SMALL_NUMBERS),
        source=source,
        contact=CONTACT,
        updated=ALWAYS_FRESH,
        disclosure=Disclosure.STAFF,
        chart=chart,
        facts=counted if of_period and not has_time else facts,
        needs=with_common_needs,
        readers=READERS,
        **values,
    )


def _over_the_break(facts: Facts, question: Question) -> Facts:
    """The facts with a note where their one period lies on both sides of the break in the national line's calls."""
    if not lies_over_remit_break(question, question.period) or REMIT_BREAK.note in facts.notes:
        return facts
    return replace(facts, notes=(*facts.notes, REMIT_BREAK.note))


def _of_nothing_recorded(facts: Facts) -> Facts:
    """The facts without noughts, which nobody has counted."""
    cells = {code: CellStatus.NOT_KNOWN if cell == 0 else cell for code, cell in facts.cells.items()}
    return replace(facts, cells=cells)


# --- Reading --------------------------------------------------------------------------------------------------------


def place_keys(question: Question) -> tuple[tuple[str, str], ...]:
    """What narrows the cut PLACE to the question's county and category."""
    keys = []
    if question.county:
        keys.append(("first_key", tally_key(question.county)))
    if question.category:
        keys.append(("second_key", question.category))
    return tuple(keys)


def monthly(question: Question) -> Need:
    """Calls by month and mark, over all time; for trends, series and what is said about constructed calls."""
    if keys := place_keys(question):
        return Need(Cut.PLACE, ("month", "constructed"), keys=keys)
    return Need(Cut.DAY, ("month", "constructed"))


def within(question: Question, cut: Cut, *by: str, keys: tuple[tuple[str, str], ...] = ()) -> Need:
    """A cut over the question's period."""
    return Need(cut, by, question.period.since, question.period.until, keys)


def added(amounts: Iterable[Amounts]) -> Amounts:
    """All amounts together."""
    total = Amounts()
    for one in amounts:
        total = total.plus(one)
    return total


def in_period(question: Question, period: Period) -> Amounts:
    """Calls (and so on) of a period, by the monthly sums."""
    first, last = period.since.isoformat(), period.until.isoformat()
    sums = question.reading.sums(monthly(question))
    return added(amounts for (month, _), amounts in sums.items() if first <= month <= last)


def constructed_in(question: Question, period: Period) -> int:
    """How many of the period's calls have been made up for demonstration."""
    first, last = period.since.isoformat(), period.until.isoformat()
    sums = question.reading.sums(monthly(question))
    return sum(amounts.calls for (month, mark), amounts in sums.items() if mark and first <= month <= last)


def by_month(question: Question) -> dict[str, Amounts]:
    """Calls of each month that has any, by its first day; over all time."""
    months: dict[str, Amounts] = {}
    for (month, _), amounts in question.reading.sums(monthly(question)).items():
        months[month] = months.get(month, Amounts()).plus(amounts)
    return months


def tally_key(county: str) -> str:
    """A county as the tally has it: blank where it is unknown."""
    return "" if county == UNKNOWN_COUNTY else county


# --- Values ---------------------------------------------------------------------------------------------------------


def month_value(month: datetime.date, *notes: Text) -> Value:
    """The code of a month, as Statistics Sweden writes it."""
    sv, en = MONTHS[month.month - 1][:3], ENGLISH_MONTHS[month.month - 1][:3]
    return Value(f"{month.year}M{month.month:02}", Text(f"{sv} {month.year}", f"{en} {month.year}"), notes)


def code_values(question: Question, kind: CodeKind, used: Iterable[str]) -> list[Value]:
    """The codes of a list that are in use or are used in these numbers, in the list's order, with when they changed."""
    there = set(used)
    day = question.period.until
    known = histories(question, kind)
    return [
        Value(code, Text(entry.label, entry.label_en or entry.label), code_notes(known.get(code)))
        for code, entry in question.reading.codes[kind].items()
        if code in there or (entry.valid_from <= day and (entry.valid_to is None or entry.valid_to >= day))
    ]


def total_value(code: str = ALL, text: Text | None = None) -> Value:
    """The sum of the others."""
    return Value(code, text or Text("Samtliga", "All"), is_total=True)


def percent(part: int, whole: int) -> Number | CellStatus:
    """A share in per cent with one decimal; it cannot be given where there is no whole."""
    return rounded(Decimal(100 * part) / whole, 1) if whole else CellStatus.NOT_APPLICABLE


def whole_percent(part: int, whole: int) -> int:
    """A share in whole per cent, for a sentence."""
    return int(rounded(Decimal(100 * part) / whole, 0))


def rounded(value: Decimal | float, decimals: int) -> Decimal:
    """A number with so many decimals, as one rounds by hand: 12,25 is 12,3."""
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


# --- Tables of the same kind -----------------------------------------------------------------------------------------


def month_facts(
    question: Question,
    row: Callable[[str, Amounts], Row],
    finding: Text,
    set_beforehand: frozenset[str] = frozenset(),
) -> Facts:
    """A table by month: every month of the period, with the measures that `row` makes of its first day and its sums.

    A month that is not recorded is not known: nobody has counted nought there. Measures that are `set_beforehand`, such
    as a target, are known of it all the same.
    """
    found, cells = by_month(question), Cells()
    for month in question.period.months:
        day, recorded = month.isoformat(), month in question.recorded.months
        for measure, value in row(day, found.get(day, Amounts())).items():
            known = recorded or measure in set_beforehand
            cells[month_value(month).code, measure] = value if known else CellStatus.NOT_KNOWN
    months = [month_value(month, *month_notes(question, month)) for month in question.period.months]
    breaks = joined_breaks(remit_breaks(question), monthly_breaks(question))
    return Facts({MONTH.id: months}, cells, finding, about(question), breaks)


def share_facts(
    question: Question, kind: CodeKind, dimension: Dimension, need: Need, finding: Callable[[Value, int, int], Text]
) -> Facts:
    """A table of a code list's share of the calls, the commonest code first.

    `finding` says of the commonest how many of how many calls it has.
    """
    sums = question.reading.sums(need)
    values = code_values(question, kind, (code for (code,) in sums))
    values.sort(key=lambda value: -sums.get((value.code,), Amounts()).calls)
    in_all, cells = added(sums.values()), Cells()
    for code in [*(value.code for value in values), ALL]:
        amounts = in_all if code == ALL else sums.get((code,), Amounts())
        cells.update(counts((code,), amounts))
        cells[code, "share"] = percent(amounts.calls, in_all.calls)
    said = no_calls(question)
    if in_all.calls:
        said = finding(values[0], sums.get((values[0].code,), Amounts()).calls, in_all.calls)
    notes = (*about(question), *list_notes(question, kind))
    return Facts({dimension.id: [*values, total_value()]}, cells, said, notes)


# --- Words ----------------------------------------------------------------------------------------------------------


def about(question: Question, period: Period | None = None, made_up: tuple[int, int] | None = None) -> tuple[Text, ...]:
    """What has to be said with any live numbers: whose calls, which time, what is left out, and what is made up.

    `made_up` is how many of how many calls are constructed, where others count than the question's.
    """
    shown = period or question.period
    line = whose(question)
    parts_sv, parts_en = [line.sv, shown.name.sv], [line.en, shown.name.en]
    if question.county:
        parts_sv.append(county_name(question, question.county))
        parts_en.append(county_name(question, question.county))
    for kind, code in ((CodeKind.CALLER_CATEGORY, question.category), (CodeKind.EXPOSURE, question.exposure)):
        if code:
            entry = question.reading.codes[kind][code]
            parts_sv.append(entry.label)
            parts_en.append(entry.label_en or entry.label)
    notes = [Text(f"Avser {', '.join(parts_sv)}.", f"Concerns {', '.join(parts_en)}.")]
    constructed, of = made_up or (constructed_in(question, shown), in_period(question, shown).calls)
    if constructed:
        notes.append(
            Text(
                f"{format_number(constructed)} av {format_number(of)} samtal är konstruerade för demonstration.",
                f"{constructed} of {of} calls are constructed for demonstration.",
            )
        )
    elif not question.constructed:
        notes.append(Text("Konstruerade samtal räknas inte.", "Constructed calls do not count."))
    return (*notes, *period_notes(question, shown))


def whose(question: Question) -> Text:
    """The name of the line that counts, or how many lines do."""
    names = [line.name for line in question.lines]
    if question.chosen_line or len(names) == 1:
        name = question.chosen_line.name if question.chosen_line else names[0]
        return Text(name, name)
    return Text(f"{len(names)} stödtelefoner", f"{len(names)} support lines")


def county_name(question: Question, code: str) -> str:
    """The county's name, or that it is unknown."""
    if code == UNKNOWN_COUNTY:
        return "Okänt län"
    return next((county.name for county in question.reading.counties if county.code == code), code)


def number_of_calls(calls: int) -> Text:
    """`1 samtal`, `395 samtal`."""
    return Text(f"{format_number(calls)} samtal", f"{calls} call{'' if calls == 1 else 's'}")


def number_of_individuals(individuals: int) -> Text:
    """`1 utsatt individ`, `395 utsatta individer`."""
    if individuals == 1:
        return Text("1 utsatt individ", "1 exposed individual")
    return Text(f"{format_number(individuals)} utsatta individer", f"{individuals} exposed individuals")


def no_calls(question: Question, period: Period | None = None) -> Text:
    """The finding where there is nothing to find, or where nobody has counted."""
    shown = period or question.period
    if not question.recorded.months_of(shown.months):
        return Text(f"Uppgift om samtal saknas för {shown.name.sv}", f"Calls in {shown.name.en} are not known")
    return Text(f"Inga samtal {shown.name.sv}", f"No calls in {shown.name.en}")


def joined(names: Iterable[str], *, most: int = 4) -> str:
    """`a, b och c`; of many only how many more there are."""
    words = list(names)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} till"]
    return f"{', '.join(words[:-1])} och {words[-1]}" if len(words) > 1 else "".join(words)


def counts(code: tuple[str, ...], amounts: Amounts) -> Mapping[tuple[str, ...], Number]:
    """The cells of calls and individuals."""
    return {(*code, CALLS.code): amounts.calls, (*code, INDIVIDUALS.code): amounts.individuals}


def not_known(code: tuple[str, ...]) -> Mapping[tuple[str, ...], CellStatus]:
    """The cells of calls and individuals where nobody has counted."""
    return {(*code, measure.code): CellStatus.NOT_KNOWN for measure in (CALLS, INDIVIDUALS)}
