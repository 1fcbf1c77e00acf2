"""Keys and codes: made from what people write, unique, and never changed afterwards, since answers hang on them."""

import re
from collections.abc import Collection, Sequence

from django.utils.text import slugify

LONGEST_KEY = 50
# Names that pages where a form is filled in give to their own buttons and fields (nch/questionnaires/views.py).
_RESERVED = frozenset({"csrfmiddlewaretoken", "more", "overview", "remove"})
_RESERVED_START = "rev_"
_LETTERS = str.maketrans("åäöÅÄÖéÉ", "aaoAAOeE")


def new_key(text: str, taken: Collection[str], *, otherwise: str) -> str:
    """Return a slug of the text that is not taken; of `otherwise` where the text has no letters or digits.

    It is never a name that belongs to the page, nor one of several parts (`budget__travel__2026`): those are grids'.
    """
    slug = re.sub("[-_]+", "_", slugify(text.translate(_LETTERS)))
    if slug in _RESERVED or slug.startswith(_RESERVED_START):
        slug = f"{otherwise}_{slug}"
    stem = slug[: LONGEST_KEY - 4].strip("_") or otherwise
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def coded(labels: Sequence[str], before: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Pair labels with codes: a label that was there keeps its code, and so does one that was only reworded.

    A reworded one is known by its place, where no line has been added or removed. `before` is (code, label, …).
    """
    known = {entry[1]: entry[0] for entry in before}
    codes: list[str | None] = [known.get(label) for label in labels]
    if len(labels) == len(before):
        kept = {code for code in codes if code}
        codes = [
            code or (entry[0] if entry[0] not in kept else None) for code, entry in zip(codes, before, strict=True)
        ]
    used = {code for code in codes if code} | {entry[0] for entry in before}
    result = []
    for label, code in zip(labels, codes, strict=True):
        if code is None:
            code = new_key(label, used, otherwise="val")
            used.add(code)
        result.append((code, label))
    return result
