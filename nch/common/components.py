"""What the page components have to work out before they can be drawn: a field's parts, a form's errors, a due date.

Nothing here writes HTML of its own; the templates in templates/components do.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.forms.formsets import BaseFormSet
from django.forms.utils import ErrorList
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from nch.common.formats import NotANumberError, format_date, format_number, parse_number

NOTHING = "\u2013"
_NUMBER_LIKE = {"", "-", "..", ".", NOTHING, "\u2212"}
INPUT = "django/forms/widgets/input.html"
_SHORT_INPUTS = (forms.NumberInput, forms.DateInput, forms.TimeInput)


@dataclass(frozen=True)
class Choice:
    """One radio button or checkbox of a group."""

    control: SafeString
    id: str
    label: str


@dataclass(frozen=True)
class FieldParts:
    """A form field taken apart the way our template puts it together."""

    bound: BoundField
    kind: str
    control: SafeString | str = ""
    label_for: str = ""
    hint: str = ""
    size_hint: str = ""
    optional: bool = False
    described_by: str = ""
    choices: list[tuple[str, list[Choice]]] = field(default_factory=list)


def field_parts(bound: BoundField, *, hint: str = "", described_by: str = "", mark_optional: bool = True) -> FieldParts:
    """Take a bound field apart. `hint` stands in for a missing help text; `described_by` adds an element's id."""
    widget = bound.field.widget
    if bound.is_hidden:
        return FieldParts(bound, "hidden", control=bound.as_widget())
    hint = str(bound.help_text or hint)
    kind = _kind(widget)
    size_hint = ""
    attrs: dict[str, Any] = {}
    if kind == "file":
        limit = settings.MAX_FILE_BYTES
        attrs["data-max-bytes"] = str(limit)
        size_hint = gettext("Högst %(megabytes)s MB.") % {"megabytes": limit // 1024**2}
    base = bound.auto_id
    ids = [f"{base}_helptext"] if base and (hint or size_hint) else []
    if base and bound.errors:
        ids.append(f"{base}_error")
    if described_by:
        ids.append(described_by)
    if own := widget.attrs.get("aria-describedby"):
        ids.append(own)
    parts: dict[str, Any] = {
        "hint": hint,
        "size_hint": size_hint,
        "described_by": " ".join(ids),
        "optional": mark_optional and not bound.field.required and not bound.field.disabled and kind != "checkbox",
    }
    if kind in ("radios", "checkboxes"):
        return FieldParts(bound, kind, choices=_choices(bound, widget), **parts)
    if isinstance(widget, forms.MultiWidget):
        _name_parts(widget, str(bound.label))
    attrs["class"] = " ".join(filter(None, [widget.attrs.get("class", ""), _control_class(kind, widget)]))
    if ids and kind != "group":
        attrs["aria-describedby"] = " ".join(ids)
    if "placeholder" in widget.attrs:
        attrs["placeholder"] = False  # It would vanish as one types; what has to be said is in the hint.
    control = bound.as_widget(attrs=attrs)
    return FieldParts(bound, kind, control=control, label_for=bound.id_for_label, **parts)


def _kind(widget: forms.Widget) -> str:
    match widget:
        case forms.RadioSelect():
            return "radios"
        case forms.CheckboxSelectMultiple():
            return "checkboxes"
        case forms.CheckboxInput():
            return "checkbox"
        case forms.Select():
            return "select"
        case forms.Textarea():
            return "textarea"
        case forms.FileInput():
            return "file"
        case _ if widget.use_fieldset:
            return "group"
        case _:
            return "text"


def _control_class(kind: str, widget: forms.Widget) -> str:
    name = {
        "text": "text-field__input",
        "group": "nch-group__input",
        "select": "select-field__select",
        "textarea": "textarea-field__textarea",
        "file": "nch-file__input",
        "checkbox": "nch-choice__input",
    }[kind]
    return f"{name} nch-input--short" if isinstance(widget, _SHORT_INPUTS) else name


def _name_parts(widget: forms.MultiWidget, label: str) -> None:
    """The controls of a compound field share its legend; each needs a name of its own as well."""
    names = [gettext("datum"), gettext("klockslag")] if isinstance(widget, forms.SplitDateTimeWidget) else []
    for index, part in enumerate(widget.widgets):
        name = names[index] if index < len(names) else str(index + 1)
        part.attrs.setdefault("aria-label", f"{label}, {name}")


def _choices(bound: BoundField, widget: Any) -> list[tuple[str, list[Choice]]]:
    """The group's choices in their (mostly nameless) subgroups."""
    attrs = bound.build_widget_attrs({"id": widget.attrs.get("id") or bound.auto_id, "class": "nch-choice__input"})
    context = widget.get_context(bound.html_name, bound.value(), attrs)
    groups = []
    for name, options, _index in context["widget"]["optgroups"]:
        choices = [
            Choice(
                mark_safe(bound.form.renderer.render(INPUT, {"widget": option})),  # noqa: S308 - a template's
                option["attrs"].get("id", ""),
                option["label"],
            )
            for option in options
        ]
        groups.append((name or "", choices))
    return groups


def first_control_id(bound: BoundField) -> str:
    """The id of the element to go to from an error: for a group its first control."""
    if bound.is_hidden or not bound.auto_id:
        return ""
    if _kind(bound.field.widget) in ("radios", "checkboxes"):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or f"{bound.auto_id}_0"


@dataclass(frozen=True)
class FormError:
    """One line of the error summary; without `target` it is about the form as a whole."""

    text: str
    target: str = ""
    label: str = ""

    @property
    def line(self) -> str:
        """The label and what is wrong with it, with a colon unless the label has its own end mark."""
        if not self.label:
            return self.text
        return f"{self.label} {self.text}" if self.label[-1] in "?!:." else f"{self.label}: {self.text}"


def form_errors(sources: Iterable[Any], *, others_after: str = "") -> list[FormError]:
    """All errors of forms, formsets and lists of them, in the order they stand on the page.

    With `others_after` the others stand in the middle of the first form, after that field of it.
    """
    first, *others = [*_flatten(sources)] or [ErrorList()]
    above = list(_errors_of(first, until=others_after))
    below = [error for error in _errors_of(first) if error not in above] if others_after else []
    return [*above, *(error for form in others for error in _errors_of(form)), *below]


def _flatten(sources: Iterable[Any]) -> Iterator[forms.BaseForm | ErrorList]:
    for source in sources:
        if source is None or source == "":
            continue
        if isinstance(source, BaseFormSet):
            if source.is_bound:
                yield source.non_form_errors()
            yield from source.forms
        elif isinstance(source, forms.BaseForm):
            yield source
        else:
            yield from _flatten(source)


def _errors_of(form: forms.BaseForm | ErrorList, *, until: str = "") -> Iterator[FormError]:
    if isinstance(form, ErrorList):
        yield from (FormError(str(text)) for text in form)
        return
    if not form.is_bound or not form.errors:
        return
    yield from (FormError(str(text)) for text in form.non_field_errors())
    for bound in form:
        for text in bound.errors:
            yield FormError(str(text), first_control_id(bound), str(bound.label))
        if bound.name == until:
            return


def due_words(due: datetime.date | None, *, today: datetime.date | None = None) -> tuple[str, str]:
    """Say in words when something is due, with a tone: `danger` when late, `warning` within three days."""
    if due is None:
        return "", "neutral"
    if isinstance(due, datetime.datetime):
        due = timezone.localtime(due).date()
    today = today or timezone.localdate()
    days = (due - today).days
    date = format_date(due, long=True)
    if days < 0:
        late = ngettext("%(days)s dag försenad", "%(days)s dagar försenad", -days) % {"days": -days}
        return gettext("%(late)s, skulle ha varit klar %(date)s") % {"late": late, "date": date}, "danger"
    if days == 0:
        return gettext("Ska vara klar i dag"), "warning"
    if days == 1:
        return gettext("Ska vara klar i morgon, %(date)s") % {"date": date}, "warning"
    text = gettext("Senast %(date)s (om %(days)s dagar)") % {"date": date, "days": days}
    return text, "warning" if days <= 3 else "neutral"


def page_numbers(page: Page) -> list[int | None]:
    """The page numbers to show around the present one; None stands for those left out."""
    paginator = page.paginator
    return [
        number if isinstance(number, int) else None
        for number in paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]


@dataclass(frozen=True)
class Cell:
    """A table cell as text; `numeric` ones stand to the right."""

    text: str
    numeric: bool


def table_cells(columns: Iterable[Any], rows: Iterable[Iterable[Any]]) -> tuple[list[Cell], list[list[Cell]]]:
    """Write numbers in Swedish and find out which columns hold them. The first column names its row and never does."""
    body = [list(row) for row in rows]
    heads = [str(column) for column in columns]
    numeric = [
        index > 0 and bool(body) and all(_looks_numeric(row[index]) for row in body if index < len(row))
        for index in range(max([len(heads), *map(len, body)]))
    ]
    return (
        [Cell(text, numeric[index]) for index, text in enumerate(heads)],
        [[Cell(_as_text(value), numeric[index]) for index, value in enumerate(row)] for row in body],
    )


def _as_text(value: Any) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return format_number(value)
    return value if isinstance(value, str) else str(value)


def _looks_numeric(value: Any) -> bool:
    if value is None or (isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)):
        return True
    text = str(value).strip()
    if text in _NUMBER_LIKE:
        return True
    try:
        parse_number(text.removesuffix("%"))
    except NotANumberError:
        return False
    return True
