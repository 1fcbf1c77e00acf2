"""Money set aside for resource centres in the Government's letters, and what was handed out of it."""

from grants.selectors.earlier import MoneyLine, published_money_lines
from nch.common.formats import format_number
from reports.statistics.definitions import (
    COMPILED,
    CONTACT,
    KRONOR,
    YEAR,
    Adds,
    CellStatus,
    Chart,
    Disclosure,
    Facts,
    Measure,
    Number,
    TableDefinition,
    Text,
    year_value,
)
from reports.statistics.question import Question

ENGLISH_NOTES = {
    "Beloppet för pilotomgången är inte publicerat.": "The amount of the pilot round has not been published.",
    "Lämnade bidrag är inte publicerade.": "Grants handed out have not been published.",
    "Hela beloppet användes inte, eftersom länsstyrelserna inte hade hunnit så långt som det var tänkt i "
    "projektplanerna.": (
        "Not all was used, since the county boards had not come as far as their project plans had foreseen."
    ),
}


def _finding(lines: list[MoneyLine]) -> Text:
    known = [
        (line.year, line.set_aside, line.handed_out)
        for line in lines
        if line.set_aside is not None and line.handed_out is not None
    ]
    if not known:
        return Text("Lämnade bidrag har inte publicerats", "Grants handed out have not been published")
    year, set_aside, handed_out = known[-1]
    return Text(
        f"{format_number(handed_out)} av {format_number(set_aside)} kronor lämnades i bidrag {year}",
        f"SEK {format_number(handed_out)} of {format_number(set_aside)} were handed out in {year}",
    )


def _notes(line: MoneyLine) -> tuple[Text, ...]:
    return (Text(line.note, ENGLISH_NOTES.get(line.note, line.note)),) if line.note else ()


def facts(question: Question) -> Facts:
    """The years for which an amount has been published, in kronor."""
    lines = sorted(published_money_lines(), key=lambda line: line.year)
    cells: dict[tuple[str, ...], Number | CellStatus] = {}
    for line in lines:
        for code, amount in (("set_aside", line.set_aside), ("handed_out", line.handed_out)):
            cells[str(line.year), code] = CellStatus.NOT_PUBLISHED if amount is None else amount
    return Facts(
        codes={YEAR.id: [year_value(line.year, *_notes(line)) for line in lines]},
        cells=cells,
        finding=_finding(lines),
    )


TABLE = TableDefinition(
    id="grant-money-per-year",
    title=Text("Medel till regionala resurscentrum per år", "Money for regional resource centres per year"),
    description=Text(
        "Medel som regeringen har avsatt för regionala resurscentrum och bidrag som har lämnats till länsstyrelserna.",
        "Money set aside by the Government for regional resource centres, and grants handed out to county boards.",
    ),
    dimensions=(YEAR,),
    measures=(
        Measure("set_aside", Text("Avsatta medel", "Set aside"), KRONOR, adds=Adds.ALWAYS),
        Measure("handed_out", Text("Lämnade bidrag", "Handed out"), KRONOR, adds=Adds.ALWAYS),
    ),
    notes=(
        Text(
            "Beloppen är i löpande priser.",
            "Current prices.",
        ),
    ),
    source=Text(
        "Regleringsbrev till länsstyrelserna och NCH:s årsrapport för 2023 (rapport 2024:2)",
        "The Government's appropriation letters and NCH's yearly report for 2023 (report 2024:2)",
    ),
    contact=CONTACT,
    updated=COMPILED,
    disclosure=Disclosure.PUBLISHED,
    chart=Chart.BAR,
    facts=facts,
)
