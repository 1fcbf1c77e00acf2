"""A short text that stands for what somebody saw, so that a page notices when it has become something else."""

import hashlib
from collections.abc import Iterable


def state_of(values: Iterable[object]) -> str:
    """Sixteen characters that differ when any of the values does."""
    return hashlib.sha256(repr(list(values)).encode()).hexdigest()[:16]
