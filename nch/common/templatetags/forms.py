"""Our forms' parts as template tags: fields with their labels and errors, and the filters of lists."""

import html
from collections.abc import Iterable
from typing import Any

from django import template
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from nch.common import components

register = template.Library()


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    previous: Any = None,
    previous_label: str = "",
    label: str = "",
    hint: str = "",
    hide_label: bool = False,
    mark_optional: bool = True,
) -> dict[str, Any]:
    """A form field: label, hint, error, control. `previous` is what was answered last time, shown beside it.

    `label` and `hint` are for forms that are not ours; a `hint` yields to the field's own help text. Without
    `mark_optional` a field that a draft may leave empty is not called optional: it is asked for at hand-in.
    """
    if label:
        bound.label = label
    previous_id = f"{bound.auto_id}_previous" if previous not in (None, "") else ""
    parts = components.field_parts(bound, hint=hint, described_by=previous_id, mark_optional=mark_optional)
    return {
        "parts": parts,
        "bound": bound,
        "previous": previous,
        "previous_id": previous_id,
        "previous_label": previous_label or gettext("Förra gången"),
        "hide_label": hide_label,
    }


@register.simple_tag
def select_options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select as Django's templates write them, which take one template for each option and another
    for its attributes: with a hundred options that was a third of a list page's time."""
    parts: list[str] = []
    for name, options, _index in groups:
        if name:
            parts.append(f'\n  <optgroup label="{_escaped(name)}">')
        for each in options:
            attributes = flatatt(each["attrs"]) if each["attrs"] else ""
            value, label = _escaped(each["value"]), _escaped(each["label"])
            parts.append(f'\n  <option value="{value}"{attributes}>{label}</option>')
        if name:
            parts.append("\n  </optgroup>")
    return mark_safe("".join(parts))  # noqa: S308 - each part is escaped above


@register.simple_tag
def input_element(widget: dict[str, Any]) -> SafeString:
    """An input as Django's templates write it, which take one more for its attributes: forms have a hundred."""
    name, value = _escaped(widget["name"]), widget.get("value")
    parts = [f'<input type="{_escaped(widget["type"])}" name="{name}"']
    if value is not None:
        parts.append(f' value="{_escaped(value)}"')
    for attribute, said in widget["attrs"].items():
        if said is True:
            parts.append(f" {_escaped(attribute)}")
        elif said is not False:
            parts.append(f' {_escaped(attribute)}="{_escaped(said)}"')
    return mark_safe("".join((*parts, ">")))  # noqa: S308 - each part is escaped above


def _escaped(value: Any) -> str:
    """As conditional_escape, for a hundred values at a time: without asking of each whether it is to be read later."""
    return str(value.__html__()) if hasattr(value, "__html__") else html.escape(str(value))


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any, others_after: str = "") -> dict[str, Any]:
    """Everything that is wrong with one or several forms or formsets, with links to where; nothing if all is well.

    `others_after` is the field of the first form after which the others stand on the page.
    """
    return {"errors": components.form_errors(forms, others_after=others_after)}


@register.inclusion_tag("components/filter_bar.html", takes_context=True)
def filter_bar(context: Context, form: Any, *, label: str = "") -> dict[str, Any]:
    """A list's filters (a form or a FilterSet) in one row. The sort order is kept, the page number is not."""
    form = getattr(form, "form", form)
    request = context.get("request")
    sort = request.GET.get("sort", "") if request else ""
    return {
        "form": form,
        "fields": [components.field_parts(bound, mark_optional=False) for bound in form.visible_fields()],
        "path": request.path if request else "",
        "sort": "" if "sort" in form.fields else sort,
        "label": label or gettext("Filtrera listan"),
    }


@register.inclusion_tag("components/confirm_button.html", takes_context=True)
def confirm_button(
    context: Context, label: str, url: str, question: str, *, tone: str = "neutral", yes: str = "", **values: Any
) -> dict[str, Any]:
    """A button that asks before it POSTs to `url`; further keywords are sent along as hidden values."""
    return {
        "csrf_token": context.get("csrf_token"),
        "label": label,
        "url": url,
        "question": question,
        "tone": tone,
        "yes": yes or gettext("Ja, %(action)s") % {"action": label[:1].lower() + label[1:]},
        "values": {name: str(value) for name, value in values.items()},
    }
