"""Counting wrong attempts, so that nobody guesses on for ever. Kept in the cache: nothing of it outlives its time."""

import datetime
from dataclasses import dataclass

from django.core.cache import cache


@dataclass(frozen=True)
class AttemptLimit:
    """At most so many different wrong attempts by the same person, counted from the first one and for a time."""

    name: str
    most: int
    within: datetime.timedelta

    def is_reached(self, who: int) -> bool:
        """Whether the person (by number) has to wait."""
        return int(cache.get(self._key(who), 0)) >= self.most

    def count(self, who: int, what: str) -> int | None:
        """Count a wrong attempt and say how many there are now; None for one that has been counted: it was sent twice.

        `what` tells attempts apart and is kept for as long, so it must be a digest where the attempt is a secret.
        """
        seconds = int(self.within.total_seconds())
        if not cache.add(f"{self._key(who)}:{what}", 1, timeout=seconds):
            return None
        if cache.add(self._key(who), 1, timeout=seconds):
            return 1
        try:
            return cache.incr(self._key(who))
        except ValueError:  # its time ended between the two
            cache.set(self._key(who), 1, timeout=seconds)
            return 1

    def _key(self, who: int) -> str:
        return f"attempts:{self.name}:{who}"
