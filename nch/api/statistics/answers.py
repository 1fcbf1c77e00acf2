"""Answers about published tables: rendered once, kept, and known again by their ETag.

What an answer is follows from the table's version and what is asked (`Wanted.key`), so an answer that the client has
already is told by 304 without fetching anything, and one that has been rendered is taken from the cache. The version is
looked up first, every time: a table that is withdrawn is gone at once, whatever lies in the cache.
"""

import dataclasses
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from django.core.cache import cache
from django.http import HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from rest_framework.request import Request

from nch.api.problems import Problem
from nch.api.statistics.queries import Selection, Wanted
from reports.statistics.cube import Cube
from reports.statistics.default_selection import default_selection
from reports.statistics.grid import Placement, PlacementError, place
from reports.statistics.selection import SelectionError, count_cells, select

MAX_CELLS: Final = 150_000
"""Most cells of one answer, as at Statistics Sweden."""

SECONDS_KEPT: Final = 3600
MOST_KEPT: Final = 200 * 1024 * 1024
"""Bytes that are kept in `SECONDS_KEPT`: nobody fills the cache by asking for ever new selections."""

MOST_AT_HAND: Final = 32 * 1024 * 1024
"""Bytes of answers that a process has at hand."""

JSON: Final = "application/json"
REVALIDATED: Final = "public, no-cache"
"""Anybody may keep the answer, but has to ask whether it still holds: a withdrawn table is gone at once."""


def cut(cube: Cube, selection: Selection) -> tuple[Cube, Placement]:
    """The part of the cube that is asked for, and how it is laid out. Raises Problem for what it does not have."""
    values = selection.values or default_selection(cube, MAX_CELLS)
    try:
        cells = count_cells(cube, values)
        if cells > MAX_CELLS:
            raise Problem(
                403, f"Urvalet har {cells} celler. Högst {MAX_CELLS} lämnas ut på en gång.", maxDataCells=MAX_CELLS
            )
        return select(cube, values), place(cube, selection.stub, selection.heading)
    except (SelectionError, PlacementError) as error:
        raise Problem(400, str(error), parameter=error.variable) from error


def data_answer(request: Request, wanted: Wanted) -> HttpResponseBase:
    """The numbers in the format that is asked for."""
    output = wanted.output
    if output is None:
        raise ValueError("Data is given out in a format.")

    def render() -> bytes:
        cube, placement = cut(wanted.table.cube(wanted.language), wanted.selection)
        return output.format.render(cube, dataclasses.replace(output.style, placement=placement))

    headers = {}
    if output.format.is_file:
        name = f"{wanted.table.id}_{wanted.language}.{output.format.suffix}"
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer(request, wanted, render, output.format.content_type, headers)


def json_answer(request: Request, wanted: Wanted, body: Callable[[], Any]) -> HttpResponseBase:
    """Something said about a table, as JSON. Addresses in it are the caller's own, so it is not kept over callers."""
    own = dataclasses.replace(wanted, kind=f"{wanted.kind} for {request.build_absolute_uri('/')}")
    return answer(request, own, lambda: json.dumps(body(), ensure_ascii=False).encode(), JSON)


def answer(
    request: Request,
    wanted: Wanted,
    render: Callable[[], bytes],
    content_type: str,
    headers: dict[str, str] | None = None,
) -> HttpResponseBase:
    """The rendered answer, from the cache where it is there; 304 where the client has it. A POST is answered in full.

    The ETag is weak: workbooks of the same cells differ in the moment they were written.
    """
    is_read = request.method in ("GET", "HEAD")
    etag = f'W/"{wanted.key}"'
    # An asterisk asks for whatever there is: then it has to be seen first that there is something.
    if is_read and request.headers.get("If-None-Match", "*").strip() != "*":
        known = get_conditional_response(request._request, etag=etag)
        if known is not None:
            known["ETag"], known["Cache-Control"] = etag, REVALIDATED
            return known
    content = kept_or_rendered(f"statistics-answer:{wanted.key}", render)
    response = HttpResponse(content, content_type=content_type, headers=headers)
    if is_read:
        response["ETag"] = etag
        response["Cache-Control"] = REVALIDATED
    return response


class _AtHand:
    """The latest answers in this process, up to so many bytes: megabytes need not be fetched from the cache anew."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._answers: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: str, content: bytes) -> None:
        if len(content) > self._most // 2:
            return
        with self._lock:
            self._size += len(content) - len(self._answers.pop(key, b""))
            self._answers[key] = content
            while self._size > self._most:
                _, oldest = self._answers.popitem(last=False)
                self._size -= len(oldest)

    def clear(self) -> None:
        with self._lock:
            self._answers.clear()
            self._size = 0


at_hand = _AtHand(MOST_AT_HAND)


def kept_or_rendered(key: str, render: Callable[[], bytes]) -> bytes:
    """What is kept under the key, in this process or in the cache, else what is rendered now."""
    found = at_hand.get(key)
    if found is not None:
        return found
    found = cache.get(key)
    if found is None:
        found = render()
        if _may_keep(len(found)):
            cache.set(key, found, SECONDS_KEPT)
    at_hand.put(key, found)
    return found


def _may_keep(size: int) -> bool:
    counter = "statistics-answers-kept"
    cache.add(counter, 0, SECONDS_KEPT)
    try:
        return cache.incr(counter, size) <= MOST_KEPT
    except ValueError:  # it has just run out
        return True
