"""What gunicorn reads wherever it is started from this folder: in production, the demo, tests and the bench."""

import gc
from typing import Any

# Python looks for garbage after this many new objects, 700 unless told; a page makes tens of thousands.
_OBJECTS_BETWEEN_SWEEPS = 20_000


def post_worker_init(worker: Any) -> None:
    """Leave what has been loaded for good out of the search for garbage, and search more seldom."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BETWEEN_SWEEPS, 10, 10)
