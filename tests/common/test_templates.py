"""Templates as text: what Django passes over in silence."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
BLOCK = re.compile(r"(?=\{% block \w+ %\})")
NAMED = re.compile(r"\{%[^%]* as (\w+) %\}")


def read_elsewhere(text: str) -> set[str]:
    """Names that one block gives and another reads, where they are nothing: a link to nowhere."""
    blocks = BLOCK.split(text)
    found = set()
    for block in blocks:
        own = set(NAMED.findall(block))
        for other in blocks:
            for name in set(NAMED.findall(other)) - own:
                if re.search(rf"\{{\{{ {name}\b", block):
                    found.add(name)
    return found


def test_a_name_read_in_another_block_is_found() -> None:
    text = '{% block a %}{% url "x" as x_url %}{{ x_url }}{% endblock %}{% block b %}{{ x_url }}{% endblock %}'
    assert read_elsewhere(text) == {"x_url"}


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_no_block_reads_what_another_block_has_named(path: Path) -> None:
    assert not read_elsewhere(path.read_text())
