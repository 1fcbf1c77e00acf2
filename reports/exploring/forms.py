"""The form in which a table is explored: values of each variable, where it stands, and how the chosen is drawn.

It reads two notations: its own (`form=1`, a parameter per control) and that of the address (choice.py), so that a
shared address opens the form as it was left, and what is wrong in either is pointed out at its field.
"""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from reports.exploring.choice import (
    COLUMNS,
    DRAWN,
    ROWS,
    TOGETHER,
    VALUES,
    Choice,
    Drawn,
    TimeSpan,
    codes_of,
    expression_of,
    listed,
    read_values,
    select_codes,
    span_of,
    time_variables,
    without_choice,
)
from reports.statistics.cube import Cube, CubeDimension
from reports.statistics.definitions import METRIC_ID
from reports.statistics.selection import SelectionError

IS_FORM: Final = "form"
FORGIVING: Final = "byt"
"""Marks that the table has just been narrowed otherwise: values that it no longer has are left out, not pointed out."""

LATEST, SINCE, UNTIL, SUMMED, PLACE = "sen.", "fran.", "till.", "ihop.", "plats."
DRAWINGS: Final = (
    (Drawn.NOT.value, "Bara tabellen"),
    (Drawn.BARS.value, "Staplar"),
    (Drawn.STACKED.value, "Staplar som delas upp"),
    (Drawn.LINES.value, "Linjer över åren"),
    (Drawn.MAP.value, "Karta över länen"),
    (Drawn.MULTIPLES.value, "Små diagram, ett för varje län"),
)


class VariableFields:
    """The controls of one variable, for the page."""

    def __init__(self, form: "ExploreForm", dimension: CubeDimension) -> None:
        self._form, self._dimension = form, dimension

    @property
    def label(self) -> str:
        return self._dimension.label

    @property
    def fields(self) -> Iterator[BoundField]:
        for prefix in (LATEST, SINCE, UNTIL, VALUES, SUMMED):
            if (name := f"{prefix}{self._dimension.id}") in self._form.fields:
                yield self._form[name]

    @property
    def place(self) -> BoundField:
        return self._form[f"{PLACE}{self._dimension.id}"]

    @property
    def has_errors(self) -> bool:
        return any(bound.errors for bound in self.fields)

    @property
    def chosen(self) -> str:
        """`alla 23`, `3 av 23`; or which times."""
        values = self._form.span_of(self._dimension)
        if values is not None:
            return values
        categories, name = self._dimension.categories, self._dimension.id
        summed = f"{SUMMED}{name}" in self._form.fields and self._form[f"{SUMMED}{name}"].value()
        unticked = self._dimension.codes if summed else self._form.usual[name]
        number = len(self._form[f"{VALUES}{name}"].value() or unticked)
        if number < len(categories):
            words = f"{number} av {len(categories)}"
        else:
            words = f"alla {len(categories)}" if len(categories) > 1 else "".join(one.label for one in categories)
        return f"{words}, ihoplagda" if summed else words


class ExploreForm(forms.Form):
    """Bound to the address at once. `choice` is what was chosen, where all of it can be read."""

    def __init__(self, query: QueryDict, cube: Cube) -> None:
        self._cube, self._strange = cube, list[str]()
        self.usual = without_choice(cube)
        super().__init__(query if IS_FORM in query else self._from_address(query))
        for name in (one.removeprefix(VALUES) for one in query if one.startswith(VALUES)):
            self._known(name)
        levels = len(cube.dimensions)
        sides = (("r", "Rader"), ("k", "Kolumner"))
        places = [
            (f"{side}{level}", f"{label}, nivå {level}" if levels > 1 and level > 1 else label)
            for side, label in sides
            for level in range(1, levels + 1)
        ]
        for dimension in cube.dimensions:
            self._add(dimension, places)
        self.fields[DRAWN] = forms.ChoiceField(label="Figur", required=False, choices=DRAWINGS)
        self.is_valid()

    def _add(self, dimension: CubeDimension, places: list[tuple[str, str]]) -> None:
        name, values = dimension.id, [(one.code, one.label) for one in dimension.categories]
        if name in time_variables(self._cube) and len(values) > 1:
            blank = [("", "–"), *values]
            self.fields[f"{LATEST}{name}"] = forms.IntegerField(
                label="De senaste", required=False, min_value=1, max_value=9999, help_text="Ett antal, till exempel 5."
            )
            self.fields[f"{SINCE}{name}"] = forms.ChoiceField(label="Från och med", required=False, choices=blank)
            self.fields[f"{UNTIL}{name}"] = forms.ChoiceField(label="Till och med", required=False, choices=blank)
        usual = len(self.usual[name]) == len(values)
        self.fields[f"{VALUES}{name}"] = forms.MultipleChoiceField(
            label=dimension.label,
            required=False,
            choices=values,
            widget=forms.CheckboxSelectMultiple,
            help_text="Inget kryss visar alla."
            if usual
            else f"Inget kryss visar {len(self.usual[name])} av {len(values)}.",
        )
        if name != METRIC_ID:
            total = next((one.label for one in dimension.categories if one.is_total), "")
            self.fields[f"{SUMMED}{name}"] = forms.BooleanField(
                label=f"Visa bara summan ({total})" if total else "Lägg ihop de valda till en summa", required=False
            )
        self.fields[f"{PLACE}{name}"] = forms.ChoiceField(label=dimension.label, required=False, choices=places)

    # --- The address as the form has it -----------------------------------------------------------------------------

    def _from_address(self, query: QueryDict) -> QueryDict:
        data = QueryDict(mutable=True)
        dimensions = {one.id.casefold(): one for one in self._cube.dimensions}
        for name, expressions in read_values(query).items():
            if dimension := dimensions.get(name.casefold()):
                self._read(dimension, expressions, data, forgiving=FORGIVING in query)
        for name in listed(query, TOGETHER):
            if (known := self._known(name)) == METRIC_ID:
                self._strange.append("Olika slags innehåll kan inte läggas ihop.")
            elif known:
                data[f"{SUMMED}{known}"] = "on"
        sides = {side: [self._known(name) for name in listed(query, side)] for side in (ROWS, COLUMNS)}
        down, across = ([name for name in names if name] for names in sides.values())
        if doubled := [name for name in set(down + across) if (down + across).count(name) > 1]:
            self._strange.append(f"Variabeln {doubled[0]} är placerad mer än en gång.")
        if not down and not across:
            across = [self._cube.heading]
        down += [one.id for one in self._cube.dimensions if one.id not in (*down, *across)]
        for side, names in (("r", down), ("k", across)):
            for level, name in enumerate(names, start=1):
                data[f"{PLACE}{name}"] = f"{side}{level}"
        data[DRAWN] = query.get(DRAWN, "")
        return data

    def _known(self, name: str) -> str:
        """The variable of that name, whatever its case; one that the table does not have is pointed out."""
        for dimension in self._cube.dimensions:
            if dimension.id.casefold() == name.casefold():
                return dimension.id
        self._strange.append(f"Tabellen har ingen variabel ”{name}”.")
        return ""

    def _read(self, dimension: CubeDimension, expressions: list[str], data: QueryDict, *, forgiving: bool) -> None:
        name = dimension.id
        span = span_of(expressions) if name in time_variables(self._cube) else None
        if span is not None:
            if not forgiving or self._means_something(name, span):
                data[f"{LATEST}{name}"], data[f"{SINCE}{name}"], data[f"{UNTIL}{name}"] = (
                    span.latest,
                    self._as_written(dimension, span.since),
                    self._as_written(dimension, span.until),
                )
            return
        codes = codes_of(self._cube, dimension, expressions)
        if forgiving:
            codes = [code for code in codes if code in dimension.codes]
        if codes != self.usual[name]:
            data.setlist(f"{VALUES}{name}", codes)

    def _means_something(self, name: str, span: TimeSpan) -> bool:
        try:
            return bool(select_codes(self._cube, name, expression_of(span)))
        except SelectionError:
            return False

    @staticmethod
    def _as_written(dimension: CubeDimension, code: str) -> str:
        return next((one for one in dimension.codes if one.casefold() == code.casefold()), code)

    # --- What was chosen --------------------------------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """Times are chosen in one way, and only of what the table has."""
        values: dict[str, Any] = super().clean() or {}
        for text in dict.fromkeys(self._strange):
            self.add_error(None, text)
        for name in time_variables(self._cube):
            latest, since, until = (values.get(f"{part}{name}") for part in (LATEST, SINCE, UNTIL))
            ticked = values.get(f"{VALUES}{name}")
            if sum(map(bool, (latest, since or until, ticked))) > 1:
                self.add_error(
                    f"{VALUES}{name}",
                    "Välj tid på ett sätt: de senaste, från och med–till och med, eller enstaka värden.",
                )
            codes = self._cube.dimension(name).codes
            if since in codes and until in codes and codes.index(since) > codes.index(until):
                self.add_error(f"{UNTIL}{name}", "Tiden slutar innan den börjar.")
        return values

    @property
    def choice(self) -> Choice:
        """What was chosen; only a form without errors says it."""
        given, values = self.cleaned_data, dict[str, tuple[str, ...]]()
        for dimension in self._cube.dimensions:
            name = dimension.id
            span = TimeSpan(*(str(given.get(f"{part}{name}") or "") for part in (LATEST, SINCE, UNTIL)))
            ticked = set(given.get(f"{VALUES}{name}") or ())
            codes = [code for code in dimension.codes if code in ticked]
            if expressions := expression_of(span):
                values[name] = expressions
            elif codes and codes != self.usual[name]:
                values[name] = ("*",) if len(codes) == len(dimension.codes) else tuple(codes)
        rows, columns = self._side("r"), self._side("k")
        usual = [one.id for one in self._cube.dimensions if one.id != self._cube.heading]
        if rows == usual and columns == [self._cube.heading]:
            rows, columns = [], []
        return Choice(
            values=values,
            together=frozenset(one.id for one in self._cube.dimensions if given.get(f"{SUMMED}{one.id}")),
            rows=tuple(rows),
            columns=tuple(columns),
            drawn=Drawn(given.get(DRAWN) or ""),
        )

    def _side(self, side: str) -> list[str]:
        """The variables of one side, outermost first; what the form does not place stands down."""
        given = {one.id: self.cleaned_data.get(f"{PLACE}{one.id}") for one in self._cube.dimensions}
        if not any(given.values()):
            return []
        placed = sorted(((place or "r1", name) for name, place in given.items()), key=lambda pair: pair[0])
        return [name for place, name in placed if place.startswith(side)]

    # --- For the page -----------------------------------------------------------------------------------------------

    @property
    def variables(self) -> list[VariableFields]:
        """The variables with their controls, in the order of the table."""
        return [VariableFields(self, one) for one in self._cube.dimensions]

    @property
    def drawn(self) -> BoundField:
        return self[DRAWN]

    @property
    def places(self) -> str:
        """Where the variables stand, in words."""
        sides = {side: [one.label for one in self._in_place(side)] for side in ("r", "k")}
        return "; ".join(
            f"{', '.join(names)} som {'rader' if side == 'r' else 'kolumner'}" for side, names in sides.items() if names
        )

    @property
    def places_have_errors(self) -> bool:
        return any(self.errors.get(f"{PLACE}{one.id}") for one in self._cube.dimensions)

    def _in_place(self, side: str) -> list[CubeDimension]:
        placed = [(self[f"{PLACE}{one.id}"].value() or "", one) for one in self._cube.dimensions]
        return [one for place, one in sorted(placed, key=lambda pair: pair[0]) if place.startswith(side)]

    def span_of(self, dimension: CubeDimension) -> str | None:
        """The chosen span of times in words; None where there is none."""
        if f"{LATEST}{dimension.id}" not in self.fields:
            return None
        latest, since, until = (self[f"{part}{dimension.id}"].value() for part in (LATEST, SINCE, UNTIL))
        labels = {one.code: one.label for one in dimension.categories}
        if latest:
            return f"de senaste {latest}"
        if since or until:
            first, last = (labels.get(code or "", "") for code in (since, until))
            return f"{first}–{last}"
        return None
