"""Files as a broker: what a reader finds in the folder is whole."""

import json
import threading
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

from nch.common import broker


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    broker.register()
    return tmp_path


def channel_in(folder: Path) -> Any:
    queue = str(folder / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "control")}
    return Connection(f"{broker.SCHEME}://localhost", transport_options=options).channel()


def test_message_is_in_the_queue_only_when_it_is_whole(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    write = Path.write_text

    def half_first(self: Path, text: str) -> int:
        write(self, text[:5])
        seen.append(channel._size("celery"))
        return write(self, text)

    channel = channel_in(folder)
    monkeypatch.setattr(Path, "write_text", half_first)
    channel._put("celery", {"body": "x" * 1000})
    assert seen == [0]
    assert channel._get("celery") == {"body": "x" * 1000}
    with pytest.raises(Empty):
        channel._get("celery")
    assert not list((folder / "queue").iterdir())


def test_reader_and_writers_at_the_same_time_lose_nothing_and_read_nothing_half(folder: Path) -> None:
    count, text = 100, "x" * 200_000

    def write() -> None:
        channel = channel_in(folder)
        for _ in range(count):
            channel._put("celery", {"body": text})

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    reader, read = channel_in(folder), 0
    while read < 2 * count:
        try:
            assert reader._get("celery")["body"] == text
        except Empty:
            continue
        read += 1
    for writer in writers:
        writer.join()


def test_table_of_an_exchange_is_whole_from_the_start_and_keeps_what_another_wrote(folder: Path) -> None:
    channel_in(folder)._queue_bind("celery", "celery", "", "celery")
    channel_in(folder)._queue_bind("celery", "other", "", "other")
    table = json.loads((folder / "control" / "celery.exchange").read_text())
    assert sorted(row[2] for row in table) == ["celery", "other"]
    assert [file.name for file in (folder / "control").iterdir()] == ["celery.exchange"]
