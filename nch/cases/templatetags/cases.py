"""What other rooms' pages show of a case."""

from typing import Any

from django import template

from nch.cases.talk import CaseTalk

register = template.Library()


@register.inclusion_tag("cases/talk_link.html")
def talk_link(talk: CaseTalk | None, key: str, label: str) -> dict[str, Any]:
    """Beside a question of a form: begin a conversation about it, and read those there are; see talk.talk_about."""
    # A page that has no such variable gives the empty string.
    if not talk:
        return {}
    count = talk.counts.get(key, 0)
    return {
        "label": label,
        "count": count,
        "list_url": talk.list_url(key) if count else "",
        "new_url": talk.new_url(key, label) if talk.writable else "",
    }
