"""Addresses in templates, each looked up once."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.base import Node, Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch, reverse
from django.utils.html import conditional_escape

register = template.Library()


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
