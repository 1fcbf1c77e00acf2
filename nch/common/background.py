"""What the clock's tasks have in common."""

import logging
from collections.abc import Callable, Iterable

_log = logging.getLogger(__name__)


def each_on_its_own(step: Callable[..., object], rows: Iterable[tuple[int, ...]]) -> int:
    """Take the step with the numbers of every row and return for how many it went well.

    A row that fails is logged, and the rest go on: one that cannot be drawn must not hold up the others for ever.
    """
    done = 0
    for row in rows:
        try:
            step(*row)
        except Exception:
            _log.exception("%s failed for %s", getattr(step, "name", step), row)
        else:
            done += 1
    return done
