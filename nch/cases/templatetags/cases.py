"""What other rooms' pages show of a case."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nch.cases.talk import CaseTalk

register = template.Library()


@register.simple_tag
def talk_link(talk: CaseTalk | None, key: str, label: str) -> SafeString:
    """Beside a question of a form: begin a conversation about it, and read those there are; see talk.talk_about.

    Written here and not by a template: a form has it beside each of its questions.
    """
    # A page that has no such variable gives the empty string.
    if not talk:
        return mark_safe("")
    links = []
    if count := talk.counts.get(key, 0):
        what = f"{count} {'fråga' if count == 1 else 'frågor'}"
        links.append(_link(talk.list_url(key), f"{what} om det här", label))
    if talk.writable:
        links.append(_link(talk.new_url(key, label), "Fråga om det här", label))
    if not links:
        return mark_safe("")
    return format_html('<p class="nch-talk">{}</p>', mark_safe(" · ".join(links)))  # noqa: S308 - made by format_html


def _link(url: str, text: str, label: str) -> SafeString:
    return format_html('<a href="{}">{}<span class="sr-only">: {}</span></a>', url, text, label)
