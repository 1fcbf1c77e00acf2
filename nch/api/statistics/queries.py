"""Reading what a client asks: parameters and bodies, by the names of PxWebApi 2 in any case."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.urls import reverse
from rest_framework.request import Request

from nch.api.problems import Problem
from nch.common.formats import format_date
from reports.statistics import published
from reports.statistics.definitions import DEFAULT_LANGUAGE, LANGUAGES, Language
from reports.statistics.published import PublishedTable
from reports.statistics.renderers.formats import FORMATS, PARAMETERS, SEPARATORS, SHOWS, VERSION, WITH_TITLE, Format
from reports.statistics.renderers.style import Show, Style
from reports.statistics.selection import split_expressions

MOST_DIGITS: Final = 9
_OF_A_VARIABLE = re.compile(r"(valuecodes|codelist|outputvalues)\[(.+)\]")
_PLACED: Final = ("heading", "stub")
_BY_LOWER: Final = {name.lower(): name for name in PARAMETERS}


@dataclass(frozen=True)
class Selection:
    """Which values of which variables, and where the variables go; in a client's words, not checked with a table."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)
    stub: tuple[str, ...] = ()
    heading: tuple[str, ...] = ()

    @property
    def key(self) -> Any:
        """The same for selections that mean the same."""
        values = {
            name.casefold(): sorted({one.strip().casefold() for one in self.values[name]})
            for name in sorted(self.values)
        }
        return [sorted(values.items()), [one.casefold() for one in self.stub], [one.casefold() for one in self.heading]]


@dataclass(frozen=True)
class Output:
    """The format that is asked for, and what goes with it."""

    format: Format
    parameters: tuple[str, ...] = ()

    @property
    def style(self) -> Style:
        show: Show | None = next((SHOWS[one] for one in self.parameters if one in SHOWS), None)
        separator = next((SEPARATORS[one] for one in self.parameters if one in SEPARATORS), ",")
        return Style(show=show, with_title=WITH_TITLE in self.parameters, separator=separator)


@dataclass(frozen=True)
class Wanted:
    """Everything that decides what an answer is; `kind` tells data from what is said about a table."""

    table: PublishedTable
    language: Language
    kind: str
    output: Output | None = None
    selection: Selection = field(default_factory=Selection)

    @cached_property
    def key(self) -> str:
        """The same for the same answer, and another with every version of the table or of the code that writes it."""
        output = [self.output.format.id, sorted(self.output.parameters)] if self.output else []
        parts = [self.table.id, self.table.version, self.table.published_at.isoformat(), self.language, self.kind]
        text = json.dumps([VERSION, *parts, output, self.selection.key])
        return hashlib.sha256(text.encode()).hexdigest()[:40]


@dataclass(frozen=True)
class Query:
    """The parameters of a request by their names in lower case, and the selection among them."""

    plain: Mapping[str, str]
    selection: Selection

    @property
    def language(self) -> Language:
        return read_language(self.plain.get("lang", DEFAULT_LANGUAGE))

    @property
    def output(self) -> Output:
        return read_output(self.plain.get("outputformat"), self.output_parameters)

    @property
    def output_parameters(self) -> list[str]:
        return [one for one in self.plain.get("outputformatparams", "").split(",") if one.strip()]

    def whole_number(self, name: str, otherwise: int, highest: int) -> int:
        """A number from 1 to `highest`, or `otherwise` where the parameter is left out."""
        text = self.plain.get(name.lower())
        if text is None:
            return otherwise
        if not re.fullmatch(rf"[0-9]{{1,{MOST_DIGITS}}}", text) or not 1 <= int(text) <= highest:
            raise Problem(400, f"{name} ska vara ett heltal från 1 till {highest}.", parameter=name)
        return int(text)

    def truth(self, name: str) -> bool:
        """`true` or `false`; false where the parameter is left out."""
        text = self.plain.get(name.lower(), "false").lower()
        if text not in ("true", "false"):
            raise Problem(400, f"{name} ska vara true eller false.", parameter=name)
        return text == "true"


def read_query(request: Request, *names: str) -> Query:
    """Read the parameters, whatever the case of their names. One that is not known here is an error, not silence."""
    known = {name.lower(): name for name in ("lang", *names)}
    plain: dict[str, str] = {}
    values: dict[str, list[str]] = {}
    for name, given in request.query_params.lists():
        lowered = name.lower()
        match = _OF_A_VARIABLE.fullmatch(lowered)
        if match and "valuecodes" in known:
            variable = name[match.start(2) : match.end(2)]
            if match[1] != "valuecodes":
                raise no_code_list(variable, parameter=name)
            values.setdefault(variable, []).extend(part for text in given for part in split_expressions(text))
        elif lowered in known and lowered != "valuecodes":
            plain[lowered] = ",".join(given) if lowered in ("outputformatparams", *_PLACED) else given[-1]
        else:
            allowed = ", ".join("valueCodes[…]" if one == "valueCodes" else one for one in known.values())
            raise Problem(400, f"Parametern ”{name}” finns inte. Parametrarna är {allowed}.", parameter=name)
    heading, stub = (tuple(split_expressions(plain.get(name, ""))) for name in _PLACED)
    return Query(plain, told_apart(Selection(values, stub, heading)))


def read_language(wanted: Any) -> Language:
    """A language of ours. Raises Problem (400)."""
    for language in LANGUAGES:
        if isinstance(wanted, str) and wanted.lower() == language:
            return language
    raise Problem(400, f"Språket ”{wanted}” finns inte. Språken är {', '.join(LANGUAGES)}.", parameter="lang")


def read_output(wanted: str | None, parameters: Sequence[str]) -> Output:
    """The format and its parameters; the first format where none is asked for. Raises Problem (400)."""
    name = next(iter(FORMATS)) if wanted is None else wanted.lower()
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        raise Problem(400, f"Formatet ”{wanted}” finns inte. Formaten är {known}.", parameter="outputFormat")
    chosen: list[str] = []
    for parameter in parameters:
        known_as = _BY_LOWER.get(parameter.strip().lower())
        if known_as is None:
            raise _wrong_parameter(f"”{parameter}” finns inte. Det som finns är {', '.join(PARAMETERS)}.")
        if known_as not in FORMATS[name].parameters:
            raise _wrong_parameter(f"{known_as} kan inte väljas för formatet {name}.")
        if known_as not in chosen:
            chosen.append(known_as)
    for group in (SHOWS, SEPARATORS):
        both = [one for one in chosen if one in group]
        if len(both) > 1:
            raise _wrong_parameter(f"{' och '.join(both)} går inte att förena.")
    return Output(FORMATS[name], tuple(chosen))


def _wrong_parameter(detail: str) -> Problem:
    return Problem(400, detail, parameter="outputFormatParams")


def read_selection(body: Any) -> Selection:
    """Read `{"selection": [{"variableCode", "valueCodes"}], "placement": {"heading", "stub"}}`.

    Raises Problem (400) for anything else.
    """
    entries = body.get("selection") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        raise Problem(400, "Innehållet ska vara ett objekt med listan selection.", parameter="selection")
    values: dict[str, list[str]] = {}
    for entry in entries:
        variable = entry.get("variableCode") if isinstance(entry, dict) else None
        codes = entry.get("valueCodes") if isinstance(entry, dict) else None
        if not isinstance(variable, str) or not isinstance(codes, list):
            raise Problem(400, "Varje urval ska ha variableCode (text) och valueCodes (lista).", parameter="selection")
        if not all(isinstance(code, str) for code in codes):
            raise Problem(400, f"Värdena av {variable} ska vara texter.", parameter=variable)
        if any(value for name, value in entry.items() if name.lower() == "codelist"):
            raise no_code_list(variable, parameter=variable)
        if variable in values:
            raise _double(variable)
        values[variable] = codes
    heading, stub = _read_placement(body.get("placement"))
    return told_apart(Selection(values, stub, heading))


def _read_placement(placement: Any) -> Sequence[tuple[str, ...]]:
    sides = []
    for name in _PLACED:
        side = (placement.get(name) if isinstance(placement, dict) else None) or []
        if not isinstance(side, list) or not all(isinstance(one, str) for one in side):
            raise Problem(400, f"placement.{name} ska vara en lista av variabler.", parameter="placement")
        sides.append(tuple(side))
    if placement is not None and not isinstance(placement, dict):
        raise Problem(400, "placement ska ha listorna heading och stub.", parameter="placement")
    return sides


def told_apart(selection: Selection) -> Selection:
    """The selection, if no variable is named twice in it. Raises Problem (400)."""
    seen: set[str] = set()
    for variable in selection.values:
        if variable.casefold() in seen:
            raise _double(variable)
        seen.add(variable.casefold())
    return selection


def _double(variable: str) -> Problem:
    return Problem(400, f"Variabeln {variable} är angiven mer än en gång.", parameter=variable)


def no_code_list(variable: str, *, parameter: str) -> Problem:
    """No variable has a code list beside its own."""
    return Problem(400, f"Variabeln {variable} har ingen alternativ kodlista.", parameter=parameter)


def table_or_404(table_id: str) -> PublishedTable:
    """A published table. Raises Problem (404) for one that nobody outside may see, whether or not there is one.

    Raises Problem (410) for one that everybody could see until it was withdrawn.
    """
    table = published.published_table(table_id)
    if table is None:
        refuse_withdrawn(table_id)
        raise Problem(404, f"Tabellen ”{table_id}” finns inte. Tabellerna listas på {reverse('api_tables')}.")
    return table


def refuse_withdrawn(table_id: str) -> None:
    """Raise Problem (410) with day and reason for a table that was public and has been withdrawn."""
    gone = published.withdrawn_table(table_id)
    if gone is not None:
        day = format_date(gone.withdrawn_at)
        raise Problem(
            410,
            f"Tabellen ”{table_id}” återkallades {day}: {gone.reason}",
            withdrawnOn=day,
            reason=gone.reason,
        )
