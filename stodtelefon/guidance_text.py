"""The text of a guidance: paragraphs and lists written as plain text, and links one a line. No HTML anywhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

MOST_LINKS: Final = 10
LONGEST_LABEL: Final = 100
LONGEST_URL: Final = 300
_BULLET = re.compile(r"[-*•]\s+")
_TAG = re.compile(r"<[a-zA-Z/!]")
_https = URLValidator(schemes=["https"])


@dataclass(frozen=True)
class Block:
    """A paragraph (one item) or a list."""

    is_list: bool
    items: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A link to another site, over https."""

    label: str
    url: str


class LinkError(Exception):
    """A line is no link; the message says which and why, in Swedish."""


def has_markup(text: str) -> bool:
    """Whether something in the text looks like an HTML tag."""
    return _TAG.search(text) is not None


def blocks_of(text: str) -> list[Block]:
    """Paragraphs are parted by a blank line; lines that begin with a hyphen are items of a list."""
    blocks: list[Block] = []
    for is_blank, lines in groupby(text.splitlines(), key=lambda line: not line.strip()):
        if is_blank:
            continue
        for is_list, part in groupby(lines, key=lambda line: _BULLET.match(line.strip()) is not None):
            words = [line.strip() for line in part]
            if is_list:
                blocks.append(Block(True, tuple(_BULLET.sub("", line, count=1) for line in words)))
            else:
                blocks.append(Block(False, (" ".join(words),)))
    return blocks


def links_of(text: str) -> list[Link]:
    """Read links, one a line: a label and then an https address. Raises LinkError."""
    links = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        label, _, url = line.strip().rpartition(" ")
        label = label.strip().rstrip(":")
        if not label:
            raise LinkError(f"Rad {number}: skriv först vad länken heter och sedan adressen.")
        if len(label) > LONGEST_LABEL or len(url) > LONGEST_URL:
            raise LinkError(f"Rad {number}: länken är för lång.")
        if not url.startswith("https://"):
            raise LinkError(f"Rad {number}: adressen ska börja med https://.")
        try:
            _https(url)
        except ValidationError as error:
            raise LinkError(f"Rad {number}: ”{url}” är ingen webbadress.") from error
        if "@" in url:
            raise LinkError(f"Rad {number}: adressen får inte innehålla @.")
        links.append(Link(label, url))
    if len(links) > MOST_LINKS:
        raise LinkError(f"Högst {MOST_LINKS} länkar.")
    return links


def written(links: Iterable[Link]) -> str:
    """The links as one writes them."""
    return "\n".join(f"{link.label} {link.url}" for link in links)
