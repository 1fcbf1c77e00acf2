"""What is made up for demonstration says so at the end of its title, in whatever language the title is told."""

from typing import Final

MARK: Final = "(konstruerat exempel)"
ENGLISH_MARK: Final = "(constructed example)"


def marked_as(title: str, english: str) -> str:
    """What stands for a Swedish title in English, with the mark that the title has."""
    return f"{english} {ENGLISH_MARK}" if title.endswith(MARK) else english
