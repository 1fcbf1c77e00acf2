"""Swedish alphabetical order and case folding, the same on SQLite and PostgreSQL.

Neither database can be trusted with å, ä and ö: SQLite folds and sorts by bytes, and not every PostgreSQL has ICU.
So a sort key of digits only is kept in a column: digits sort alike under every collation.
"""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import Q

_ALPHABET = " 0123456789abcdefghijklmnopqrstuvwxyzåäö"
_RANK = {letter: f"{rank:02d}" for rank, letter in enumerate(_ALPHABET, start=10)}
_SAME_AS = {"æ": "ä", "ø": "ö", "ü": "y", "ð": "d", "þ": "th", "œ": "ö", "ß": "ss"}


def fold(text: str) -> str:
    """Lower-case `text` for searching: å, ä and ö stay letters of their own, other accents fall away."""
    letters = []
    for letter in unicodedata.normalize("NFC", text).casefold():
        if letter in "åäö":
            letters.append(letter)
        elif letter in _SAME_AS:
            letters.append(_SAME_AS[letter])
        else:
            letters.append(
                "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
            )
    return " ".join("".join(letters).split())


def swedish_sort_key(text: str) -> str:
    """Return digits that sort as the Swedish alphabet does: a–z, å, ä, ö; blanks first, punctuation left out."""
    return "".join(_RANK[letter] for letter in fold(text.replace("-", " ")) if letter in _RANK)


def all_words(text: str, *columns: str) -> Q:
    """Every word of the text is in one of the folded columns; nothing fits a text without words."""
    words = fold(text).split()
    condition = Q() if words else Q(pk__in=[])
    for word in words:
        within = Q()
        for column in columns:
            within |= Q(**{f"{column}__contains": word})
        condition &= within
    return condition


class SwedishSortKeyField(models.CharField):
    """A column that keeps the Swedish sort key of another text field, also in bulk operations."""

    def __init__(self, source: str, **kwargs: Any) -> None:
        self.source = source
        kwargs.setdefault("max_length", 510)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("db_index", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.source, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = swedish_sort_key(str(getattr(model_instance, self.source)))[: self.max_length]
        setattr(model_instance, self.attname, key)
        return key


class SearchTextField(models.TextField):
    """A column that keeps other fields folded for searching with `contains`; search with `all_words`."""

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        kwargs.setdefault("editable", False)
        kwargs.setdefault("default", "")
        super().__init__(**kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [*self.sources, *args], kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = fold(" ".join(str(getattr(model_instance, source) or "") for source in self.sources))
        setattr(model_instance, self.attname, text)
        return text
