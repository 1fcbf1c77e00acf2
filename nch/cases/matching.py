"""What people type to find a case: its diary number, written in whichever way, or words of it."""

import re

from django.db.models import Model, Q

from nch.common.sorting import all_words, fold

_DIARY_NUMBER = re.compile(r"(?:dnr\.?\s*)?(\d{1,9})(?:\s*[-\u2010-\u2015\u2212/]\s*(\d{4}))?", re.IGNORECASE)


def diary_number(text: str) -> tuple[int, int | None] | None:
    """Number and year (None where it is left out) of `12–2026`, `12-2026`, `dnr 12/2026` or `12`; None for words."""
    found = _DIARY_NUMBER.fullmatch(text.strip())
    return (int(found[1]), int(found[2]) if found[2] else None) if found else None


def case_with_number(text: str, path: str = "") -> Q:
    """The case (at `path`) that has this diary number; no case where the text is something else."""
    found = diary_number(text)
    prefix = f"{path}__" if path else ""
    if found is None:
        return Q(pk__in=[])
    number, year = found
    condition = Q(**{f"{prefix}number": number})
    return condition if year is None else condition & Q(**{f"{prefix}year": year})


def case_of_conversation_fits(text: str) -> Q:
    """The conversation's case has the diary number, or its party's name all the words: what a list shows of it."""
    return case_with_number(text, "case") | all_words(text, "case__organisation__search_text")


def conversation_fits(text: str) -> Q:
    """Its case has the diary number, or all the words are in its subject and the party's name.

    The subject lies in the case: only for conversations that may be shown (selectors.may_be_shown).
    """
    return case_with_number(text, "case") | all_words(text, "search_text", "case__organisation__search_text")


def all_words_in(text: str, **related: type[Model]) -> Q:
    """Every word is in the `search_text` of one of the related rows, each named by its path.

    Asked as subqueries: each word is looked for once among the related rows and not once per row of the list.
    """
    words = fold(text).split()
    condition = Q() if words else Q(pk__in=[])
    for word in words:
        within = Q()
        for path, model in related.items():
            fitting = model._default_manager.filter(search_text__contains=word)
            within |= Q(**{f"{path}__in": fitting.order_by().values("pk")})
        condition &= within
    return condition


def case_fits(text: str) -> Q:
    """The case has this diary number, or all the words in its title and its party's name."""
    if diary_number(text) is not None:
        return case_with_number(text) | Q(title__contains=text.strip())
    return all_words(text, "search_text", "organisation__search_text")
