"""Files as a broker, for the demo and for machines without Redis (see nch/settings.py).

kombu's own transport opens a message in the folder that the worker watches and writes it there, and it makes the table
of an exchange empty before it takes its lock. Whoever reads in between, as happens when the machine is busy, gets half
a text, and a worker that reads half a message dies (celery/kombu issue 1551). Here a file is written under another
name, and has its own name once it is whole.
"""

import os
import uuid
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps

SCHEME = "wholefiles"


class Channel(filesystem.Channel):
    """A channel whose files are never seen half-written."""

    # kombu's two base classes name the second parameter differently; one of them has to be gone against.
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        """Put a message in the queue; they are read in the order of their names."""
        file = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        _written(file, dumps(payload)).rename(file)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        """Note that the queue gets what is sent to the exchange; a table that is there kombu changes under a lock."""
        table = self._exchange_file(exchange)
        if not table.exists():
            self.control_folder.mkdir(exist_ok=True)
            unseen = _written(table, "[]")
            try:
                os.link(unseen, table)
            except FileExistsError:
                pass  # Another process was first, and its table is whole too.
            finally:
                unseen.unlink()
        super()._queue_bind(exchange, routing_key, pattern, queue)


def _written(file: Path, text: str) -> Path:
    """Write the text beside the file, under a name that no reader looks for."""
    unseen = file.with_name(f"{file.name}.{uuid.uuid4()}.part")
    unseen.write_text(text)
    return unseen


class Transport(filesystem.Transport):
    """kombu's transport with our channel."""

    Channel = Channel


def register() -> None:
    """Let addresses of brokers begin with `wholefiles://`."""
    TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"
