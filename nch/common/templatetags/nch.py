"""Our other page components as template tags. /galleri/ shows each of them in every state."""

import contextlib
from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from nch.common import components
from nch.common.formats import format_number

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
