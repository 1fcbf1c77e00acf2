"""Our page components as template tags and filters. /galleri/ shows each of them in every state."""

import contextlib
import datetime
import html
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.forms.utils import flatatt
from django.http import HttpRequest, QueryDict
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from nch.common import components
from nch.common.formats import format_date, format_datetime, format_kronor, format_number

register = template.Library()

_NOTHING = components.NOTHING
_BADGES = {
    "neutral": "default-inverted",
    "info": "info-inverted",
    "success": "success-inverted",
    "warning": "warning-inverted",
    "danger": "error-inverted",
}
_BOXES = {"info": "info", "success": "success", "warning": "warning", "danger": "error", "neutral": "info"}


# --- Filters ------------------------------------------------------------------------------------------------------
@register.filter
def kr(value: int | Decimal | None) -> str:
    """`1 234 567 kr`."""
    return _NOTHING if value is None or value == "" else format_kronor(value)


@register.filter
def number(value: int | Decimal | float | None, decimals: int | None = None) -> str:
    """`1 234,5`; with an argument always that many decimals."""
    return _NOTHING if value is None or value == "" else format_number(value, decimals=decimals)


@register.filter
def swedish_date(value: datetime.date | None) -> str:
    """`2026-11-21`."""
    return format_date(value) if value else _NOTHING


@register.filter
def swedish_date_long(value: datetime.date | None) -> str:
    """`21 november 2026`."""
    return format_date(value, long=True) if value else _NOTHING


@register.filter
def swedish_datetime(value: datetime.datetime | None) -> str:
    """`2026-11-21 09:05`; a plain date stays a date."""
    if not value:
        return _NOTHING
    return format_datetime(value) if isinstance(value, datetime.datetime) else format_date(value)


@register.filter
def iso_moment(value: datetime.date | None) -> str:
    """The machine's form, for `<time datetime>`."""
    return value.isoformat() if value else ""


# --- Forms --------------------------------------------------------------------------------------------------------
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
def error_summary(*forms: Any) -> dict[str, Any]:
    """Everything that is wrong with one or several forms or formsets, with links to where; nothing if all is well."""
    return {"errors": components.form_errors(forms)}


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


# --- Lists --------------------------------------------------------------------------------------------------------
@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page_obj: Page) -> dict[str, Any]:
    """“Visar 1–25 av 312” and links to the other pages that keep the filters."""
    request = context.get("request")
    links = [
        {"number": number, "url": _query(request, page=number), "current": number == page_obj.number}
        if number
        else {"number": None}
        for number in components.page_numbers(page_obj)
    ]
    return {
        "page": page_obj,
        "first": format_number(page_obj.start_index()),
        "last": format_number(page_obj.end_index()),
        "total": format_number(page_obj.paginator.count),
        "links": links if page_obj.has_other_pages() else [],
        "previous_url": _query(request, page=page_obj.previous_page_number()) if page_obj.has_previous() else "",
        "next_url": _query(request, page=page_obj.next_page_number()) if page_obj.has_next() else "",
    }


@register.inclusion_tag("components/list_tools.html", takes_context=True)
def list_tools(context: Context) -> dict[str, Any]:
    """What one does with a list as filtered: fetch it as a file, open a saved view, save this one.

    The list's view gives `list_tools` (nch.audit.lists.WorkingListView): the saved `views`, each with its query and
    owner, and the form to save one.
    """
    request: HttpRequest | None = context.get("request")
    tools = context["list_tools"]
    path = request.path if request else ""
    here = request.GET.copy() if request else QueryDict(mutable=True)
    for name in ("page", "format", "vy"):
        here.pop(name, None)
    return {
        "csrf_token": context.get("csrf_token"),
        "xlsx_url": _query(request, format="xlsx", page=None),
        "csv_url": _query(request, format="csv", page=None),
        "path": path,
        "here": _query(request, page=None, vy=None),
        "views": [(view, view.query == here.urlencode(), view.owner_id == tools["user_id"]) for view in tools["views"]],
        "form": tools["save_form"],
    }


@register.inclusion_tag("components/sort_header.html", takes_context=True)
def sort_header(context: Context, label: str, key: str, *, numeric: bool = False) -> dict[str, Any]:
    """A column head that sorts by `key`, and the other way round when chosen again.

    What the list is sorted by is read from `current_sort` in the context (say it where there is a default order),
    otherwise from the address.
    """
    request: HttpRequest | None = context.get("request")
    current = context.get("current_sort") or (request.GET.get("sort", "") if request else "")
    order = {key: "ascending", f"-{key}": "descending"}.get(current, "none")
    return {
        "label": label,
        "numeric": numeric,
        "order": order,
        "url": _query(request, sort=f"-{key}" if order == "ascending" else key, page=None),
    }


def _query(request: HttpRequest | None, **changes: Any) -> str:
    """The present query string with some parameters replaced, or left out where None."""
    query = request.GET.copy() if request else QueryDict(mutable=True)
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("components/task_list.html")
def task_list(items: Iterable[Any]) -> dict[str, Any]:
    """What waits: each task with its state and, in words, when it is due."""

    def part(item: Any, name: str) -> Any:
        return item.get(name) if isinstance(item, dict) else getattr(item, name, None)

    return {"tasks": [(item, *components.due_words(part(item, "due"))) for item in items]}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any]) -> dict[str, Any]:
    """What has happened, one entry per event."""
    return {"entries": entries}


@register.inclusion_tag("components/file_list.html")
def file_list(files: Iterable[Any]) -> dict[str, Any]:
    """Files to open, each with its kind and size."""
    return {"files": files}


@register.inclusion_tag("components/summary_list.html")
def summary_list(pairs: Any) -> dict[str, Any]:
    """Facts as label and value; None and the empty string are shown as a dash."""
    rows = pairs.items() if isinstance(pairs, dict) else pairs
    return {"rows": [(label, _NOTHING if value in (None, "") else value) for label, value in rows]}


# --- Figures and numbers --------------------------------------------------------------------------------------------
@register.inclusion_tag("components/figure_block.html")
def figure_block(figure: Any, *, level: int = 3) -> dict[str, Any]:
    """A figure: the finding as its heading, the picture, the table behind it, source, note and downloads."""
    head, body = components.table_cells(figure.columns, figure.rows)
    return {"figure": figure, "head": head, "body": body, "level": level}


@register.inclusion_tag("components/key_number.html")
def key_number(label: str, value: Any, unit: str = "", trend: str = "", url: str = "") -> dict[str, Any]:
    """One number with its unit and, in words, how it has moved."""
    if value is None:
        value = _NOTHING
    elif not isinstance(value, str):
        value = format_number(value)
    return {"label": label, "value": value, "unit": unit, "trend": trend, "url": url}


@register.inclusion_tag("components/progress.html")
def progress(value: Any, max: Any, label: str) -> dict[str, Any]:
    """How far something has come, in a bar and in words. Without a value it is under way, no one knows how far."""
    text = gettext("pågår")
    if value is not None:
        text = gettext("%(done)s av %(all)s") % {"done": format_number(value), "all": format_number(max)}
    return {"label": label, "value": None if value is None else str(value), "max": str(max), "text": text}


# --- Addresses ------------------------------------------------------------------------------------------------------
class _AddressNode(URLNode):
    """Django's `url`, which remembers what it has found: a page names some sixty addresses, most of them the same on
    every page. Each namespace stands once here, so that where one is makes no difference."""

    def render(self, context: Context) -> str:
        args = tuple(one.resolve(context) for one in self.args)
        kwargs = tuple((name, one.resolve(context)) for name, one in self.kwargs.items())
        try:
            url = _address(self.view_name.resolve(context), args, kwargs)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            url = ""
        if self.asvar is None:
            return conditional_escape(url) if context.autoescape else url
        context[self.asvar] = url
        return ""


@lru_cache(maxsize=10_000)
def _address(name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    return reverse(name, args=args, kwargs=dict(kwargs))


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """`{% url %}` as in Django's documentation."""
    node = django_url(parser, token)
    return _AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


# --- Small parts ----------------------------------------------------------------------------------------------------
@register.simple_tag
def status_tag(label: Any, tone: str = "neutral") -> SafeString:
    """A state as a word on a coloured ground; the word carries the meaning."""
    return format_html('<span class="badge badge--{} nch-tag">{}</span>', _BADGES.get(tone, _BADGES["neutral"]), label)


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str, action_label: str = "", action_url: str = "") -> dict[str, Any]:
    """What to say where there is nothing to list: why, and what to do."""
    return {"title": title, "text": text, "action_label": action_label, "action_url": action_url}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*steps: Any) -> dict[str, Any]:
    """The way here: label and address by turns, at last the page itself: `{% breadcrumbs "Ärenden" url "Dnr 1" %}`.

    The start page comes first by itself.
    """
    trail = [(steps[index], steps[index + 1] if index + 1 < len(steps) else "") for index in range(0, len(steps), 2)]
    with contextlib.suppress(NoReverseMatch):
        trail.insert(0, (gettext("Start"), reverse("start")))
    return {"trail": trail}


class _BlockNode(Node):
    """A component with content of its own between its tag and the end tag."""

    def __init__(self, template_name: str, content: Any, args: list[Any], kwargs: dict[str, Any]) -> None:
        self.template_name, self.content, self.args, self.kwargs = template_name, content, args, kwargs

    def render(self, context: Context) -> SafeString:
        values = {name: value.resolve(context) for name, value in self.kwargs.items()}
        values["args"] = [value.resolve(context) for value in self.args]
        values["content"] = mark_safe(self.content.render(context))  # noqa: S308 - rendered, and so escaped, above
        values["box"] = _BOXES.get(values["args"][0], "info") if values["args"] else "info"
        return mark_safe(render_to_string(self.template_name, values))  # noqa: S308 - likewise


def _block(parser: Parser, token: Token, template_name: str) -> _BlockNode:
    tag, *bits = token.split_contents()
    args, kwargs = [], {}
    for bit in bits:
        name, equals, value = bit.partition("=")
        if equals and name.isidentifier():
            kwargs[name] = parser.compile_filter(value)
        else:
            args.append(parser.compile_filter(bit))
    content = parser.parse((f"end{tag}",))
    parser.delete_first_token()
    return _BlockNode(template_name, content, args, kwargs)


@register.tag
def table_region(parser: Parser, token: Token) -> _BlockNode:
    """`{% table_region "Ansökningar" %}<table class="nch-table">…</table>{% endtable_region %}`: scrolls by itself."""
    return _block(parser, token, "components/table_region.html")


@register.tag
def message_box(parser: Parser, token: Token) -> _BlockNode:
    """`{% message_box "warning" "Rubrik" %}…{% endmessage_box %}`: something to notice on the page."""
    return _block(parser, token, "components/message_box.html")
