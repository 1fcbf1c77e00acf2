"""A mail server of forty lines: it takes every mail, and can hold its answer to one of them."""

import asyncio
import threading
from email import message_from_bytes


class MailServer:
    """Listens on a port of its own in a thread.

    `arrived` holds the Message-ID of every mail it has taken. The answer to mail number `hold_at` is held until
    `release` is set; whether that mail counts as taken, though the sender may never hear it, is `keeps_held`.
    """

    def __init__(self, *, hold_at: int, keeps_held: bool) -> None:
        self.arrived: list[str] = []
        self.holding, self.release = threading.Event(), threading.Event()
        self._hold_at, self._keeps_held, self._seen = hold_at, keeps_held, 0
        self._started = threading.Event()
        self.port = 0
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        assert self._started.wait(10)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        await server.serve_forever()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 test\r\n")
        while line := await reader.readline():
            command = line.split()[0].upper() if line.split() else b""
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                await self._take(str(message_from_bytes(content)["Message-ID"]))
            writer.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
            if command == b"QUIT":
                break
        writer.close()

    async def _take(self, identity: str) -> None:
        self._seen += 1
        if self._seen != self._hold_at:
            self.arrived.append(identity)
            return
        if self._keeps_held:
            self.arrived.append(identity)
        self.holding.set()
        while not self.release.is_set():
            await asyncio.sleep(0.05)
