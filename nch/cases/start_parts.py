"""What an app above shows first on the start page of those it concerns: what is for today and is no task in a case."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nch.accounts.enums import Right
from nch.accounts.models import User
from nch.accounts.permissions import access_of


@dataclass(frozen=True)
class StartItem:
    """A line of a part, as the task list draws it: where it leads, what tells more, and how it stands."""

    title: str
    url: str
    hint: str = ""
    status_label: str = ""
    status_tone: str = "neutral"


@dataclass(frozen=True)
class StartPart:
    """A part of the start page; `nothing` is what it says without items, `action` the label and address of a button."""

    heading: str
    items: Sequence[StartItem]
    nothing: str
    action: tuple[str, str]


Maker = Callable[[User, datetime.datetime], StartPart | None]
_makers: list[tuple[Right, Maker]] = []


def on_start_page(right: Right, make: Maker) -> None:
    """Register a part for those who hold the right somewhere; for all others it is not even asked for.

    Called from the app's `ready`; cases know nothing of who tells what.
    """
    if (right, make) not in _makers:
        _makers.append((right, make))


def parts_for(user: User, *, at: datetime.datetime) -> list[StartPart]:
    """The parts that concern the user, in the order in which they were registered."""
    access = access_of(user)
    made = (make(user, at) for right, make in _makers if access.may(right))
    return [part for part in made if part is not None]
