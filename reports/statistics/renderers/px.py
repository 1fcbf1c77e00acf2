"""The PX file format (https://www.scb.se/px), as PxWin, PxWeb and pyaxis read it: one language per file, in UTF-8.

A PX file can hold several languages, but pyaxis reads such files only with luck and PxWin asks each time; the asked
language is what a reader wants. A zero is written 0 and not "-": both mean zero, and only the digit is a number to
every reader. A missing number is a string of one to six dots, which is all the format has; `DATASYMBOLn` says how
n dots are shown and a note says what that means.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from reports.statistics.cube import Cube, CubeDimension
from reports.statistics.definitions import Text
from reports.statistics.grid import Placement, flat_rows, place
from reports.statistics.renderers.style import PLAIN, Style
from reports.statistics.times import scale_of

CONTENT_TYPE = "application/octet-stream"
SUBJECT_CODE: Final = "HRV"
SUBJECT_AREA: Final = Text("Hedersrelaterat våld och förtryck", "Honour-related violence and oppression")
_LONGEST_LINE: Final = 240
_LONGEST_MATRIX: Final = 20
_DOTS: Final = 6
_BY = {"sv": "efter", "en": "by"}


def render(cube: Cube, style: Style = PLAIN) -> bytes:
    """Write the cube as a PX file."""
    placement = style.placement or place(cube)
    lines = [*_head(cube, placement), "DATA="]
    dots = dots_for(cube.symbols)
    lines += [
        " ".join(
            f'"{dots[cube.statuses[flat]]}"' if cube.values[flat] is None else str(cube.values[flat]) for flat in row
        )
        for row in flat_rows(cube, placement)
    ]
    return ("\r\n".join(lines) + ";\r\n").encode()


def dots_for(symbols: Iterable[str]) -> Mapping[str, str]:
    """The dots that stand for each status symbol: its own where it is such dots, else the longest that are free."""
    wanted = list(dict.fromkeys(symbols))
    found = {symbol: symbol for symbol in wanted if re.fullmatch(r"\.{1,6}", symbol)}
    free = [dots for count in range(_DOTS, 0, -1) if (dots := "." * count) not in found.values()]
    for symbol in wanted:
        if symbol not in found:
            found[symbol] = free.pop(0)
    return found


def _head(cube: Cube, placement: Placement) -> Iterable[str]:
    """All keywords before the data, in the order that the format asks for."""
    names = _variable_names(cube)
    stub, heading = ([cube.dimension(one) for one in side] for side in (placement.stub, placement.heading))
    placed = [*stub, *heading]
    decimals = [category.decimals for category in cube.metric.categories]
    title = f"{cube.title} {_BY[cube.language]} {', '.join(names[one.id] for one in placed)}"
    moment = cube.updated.strftime("%Y%m%d %H:%M")
    metric = names[cube.metric.id]
    yield 'CHARSET="ANSI";'
    yield 'AXIS-VERSION="2013";'
    yield 'CODEPAGE="utf-8";'
    yield f'LANGUAGE="{cube.language}";'
    yield f'CREATION-DATE="{moment}";'
    yield f"DECIMALS={max(decimals)};"
    yield f"SHOWDECIMALS={min(decimals)};"
    yield _texts("MATRIX", [cube.table_id[:_LONGEST_MATRIX]])
    yield "AGGREGALLOWED=NO;"
    yield "COPYRIGHT=NO;"
    yield "OFFICIAL-STATISTICS=NO;"
    yield _texts("SUBJECT-CODE", [SUBJECT_CODE])
    yield _texts("SUBJECT-AREA", [SUBJECT_AREA.in_language(cube.language)])
    yield _long("DESCRIPTION", cube.title)
    yield _long("TITLE", title)
    yield "DESCRIPTIONDEFAULT=YES;"
    yield _long("CONTENTS", cube.title)
    yield _texts("UNITS", [", ".join(dict.fromkeys(one.unit for one in cube.metric.categories))])
    for side, dimensions in (("STUB", stub), ("HEADING", heading)):
        if dimensions:
            yield _texts(side, [names[one.id] for one in dimensions])
    yield _texts("CONTVARIABLE", [metric])
    for one in placed:
        yield _texts("VALUES", _labels(one), names[one.id])
    if cube.time and (time_values := _time_values(cube.time)):
        yield f'TIMEVAL("{names[cube.time.id]}")={time_values};'
    for one in placed:
        yield _texts("CODES", one.codes, names[one.id])
    for one in placed:
        yield _texts("VARIABLECODE", [one.id], names[one.id])
    measures = dict(zip(_labels(cube.metric), cube.metric.categories, strict=True))
    for label, measure in measures.items():
        if measure.decimals > min(decimals):
            yield f'PRECISION("{metric}","{label}")={measure.decimals};'
    for label in measures:
        yield _texts("LAST-UPDATED", [moment], label)
    for label, measure in measures.items():
        yield _texts("UNITS", [measure.unit], label)
    for label in measures:
        yield _texts("CONTACT", [cube.contact], label)
    yield _long("SOURCE", cube.source)
    dots = dots_for(cube.symbols)
    told = [f"{dots[symbol]} = {text}" for symbol, text in cube.symbols.items()]
    yield _long("NOTEX", "#".join([cube.description, *cube.notes, *told]))
    for one in placed:
        for label, category in zip(_labels(one), one.categories, strict=True):
            if category.notes:
                keyword = "VALUENOTEX" if category.break_label else "VALUENOTE"
                yield _long(keyword, "#".join(category.notes), names[one.id], label)
    for symbol in sorted(dots, key=lambda one: len(dots[one])):
        yield f'DATASYMBOL{len(dots[symbol])}="{_clean(symbol)}";'


def _clean(text: str) -> str:
    """A text on one line without the quote that would end it. pyaxis looks for the data wherever it reads `DATA=`."""
    flat = " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", " ", text).split())
    return re.sub(r"DATA=", "DATA =", flat.replace('"', "”"), flags=re.IGNORECASE) or "-"


def _distinct(labels: Sequence[str], codes: Sequence[str]) -> list[str]:
    """Labels that a PX file can tell apart: one that is there already gets its code after it."""
    clean = [_clean(label) for label in labels]
    return [
        f"{label} ({_clean(code)})" if clean.count(label) > 1 else label
        for label, code in zip(clean, codes, strict=True)
    ]


def _labels(dimension: CubeDimension) -> list[str]:
    if len({category.label for category in dimension.categories}) == len(dimension.categories):
        return [_clean(category.label) for category in dimension.categories]
    return _distinct([category.label for category in dimension.categories], dimension.codes)


def _variable_names(cube: Cube) -> Mapping[str, str]:
    names = _distinct([one.label for one in cube.dimensions], [one.id for one in cube.dimensions])
    return dict(zip((one.id for one in cube.dimensions), names, strict=True))


def _key(keyword: str, arguments: Sequence[str]) -> str:
    quoted = ",".join(f'"{_clean(one)}"' for one in arguments)
    return f"{keyword}({quoted})" if arguments else keyword


def _texts(keyword: str, values: Sequence[str], *arguments: str) -> str:
    """A list of texts, broken between them: a value is never divided, since readers take the parts for values."""
    lines, line = [], f"{_key(keyword, arguments)}="
    for number, value in enumerate(values):
        part = f'"{_clean(value)}"' + (";" if number == len(values) - 1 else ",")
        if number and len(line) + len(part) > _LONGEST_LINE:
            lines.append(line)
            line = ""
        line += part
    return "\r\n".join([*lines, line])


def _long(keyword: str, text: str, *arguments: str) -> str:
    """One text, divided over several quoted lines where it is longer than a line may be."""
    key, rest = _key(keyword, arguments), _clean(text)
    parts = []
    room = _LONGEST_LINE - len(key) if len(key) < _LONGEST_LINE // 2 else _LONGEST_LINE
    while len(rest) > room:
        # After a blank, so that readers who take the parts one by one lose no word.
        cut = rest.rfind(" ", 1, room) + 1 or room
        parts.append(rest[:cut])
        rest, room = rest[cut:], _LONGEST_LINE
    parts.append(rest)
    return f"{key}=" + "\r\n".join(f'"{part}"' for part in parts) + ";"


def _time_values(dimension: CubeDimension) -> str:
    """`TLIST(A1),"2014","2015"`, or nothing where the codes follow no time scale of the format."""
    scale = scale_of(dimension.codes)
    if scale is None:
        return ""
    written = ",".join(f'"{"".join(scale.parts(code) or ())}"' for code in dimension.codes)
    return f"TLIST({scale.px}),\r\n{written}"
