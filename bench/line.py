"""A poor line in front of a port of this machine: a limited rate, a latency, and cuts from time to time.

A TCP proxy of our own (tc's netem is not everywhere, and needs root): it stands between any client and the portal, in
the tests at a scale and in `bench/upload.py` in full. It buffers what a modem would: a few packets.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PACKET = 1_400  # bytes
AHEAD = 8  # packets in flight before the sender must wait
Packets = asyncio.Queue[tuple[float, bytes]]  # (when it is there, the packet)
BUFFER = 8_192  # kernel buffer in bytes: with a larger one a sender seems done while all is still in flight


@dataclass
class Line:
    """`rate` bytes a second each way, `latency` seconds there and back, cut every `cut_every` seconds (0: never; may
    change) and `away` for so long. `up` and `down` count the bytes that came through, `cuts` how often it broke."""

    to_port: int
    rate: float
    latency: float
    cut_every: float = 0
    away: float = 0
    port: int = 0
    up: int = 0
    down: int = 0
    cuts: int = 0
    _open: set[asyncio.StreamWriter] = field(default_factory=set)
    _dead: bool = False
    _free_at: dict[str, float] = field(default_factory=dict)

    async def serve(self, ready: threading.Event) -> None:
        """Until it is cancelled."""
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER)
        door.bind(("127.0.0.1", 0))
        self.port = door.getsockname()[1]
        server = await asyncio.start_server(self._carry, sock=door, limit=BUFFER)
        ready.set()
        async with server:
            await self._cut_now_and_then()

    async def _cut_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(self.cut_every or 0.1)
            if self.cut_every:
                self.cut()
                self._dead = True
                await asyncio.sleep(self.away)
                self._dead = False

    def cut(self) -> None:
        """Breaks what is open, without a goodbye."""
        self.cuts += 1
        for writer in list(self._open):
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._dead:
            writer.transport.abort()
            return
        await asyncio.sleep(self.latency)  # the handshake
        there, back = await asyncio.open_connection("127.0.0.1", self.to_port, limit=BUFFER)
        self._open |= {writer, back}
        ways = (("up", reader, back), ("down", there, writer))
        tasks = [task for way in ways for task in self._one_way(*way)]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        except asyncio.CancelledError:  # the proxy is shut down; 3.11's streams would log it
            pass
        finally:
            self._open -= {writer, back}
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)  # what a cut says is said
            for end in (writer, back):
                end.transport.abort()

    def _one_way(self, way: str, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> list[asyncio.Task[None]]:
        queue: Packets = asyncio.Queue(AHEAD)
        return [
            asyncio.create_task(self._take(way, source, queue)),
            asyncio.create_task(self._deliver(way, queue, sink)),
        ]

    async def _take(self, way: str, source: asyncio.StreamReader, queue: Packets) -> None:
        while packet := await source.read(PACKET):
            await queue.put((self._arrival(way, len(packet)), packet))
        await queue.put((self._arrival(way, 0), b""))

    def _arrival(self, way: str, size: int) -> float:
        """When a packet sent now is there: all connections share the line."""
        now = asyncio.get_running_loop().time()
        self._free_at[way] = max(now, self._free_at.get(way, 0)) + size / self.rate
        return self._free_at[way] + self.latency / 2

    async def _deliver(self, way: str, queue: Packets, sink: asyncio.StreamWriter) -> None:
        while True:
            at, packet = await queue.get()
            await asyncio.sleep(at - asyncio.get_running_loop().time())
            if not packet:
                sink.write_eof()
                return
            sink.write(packet)
            setattr(self, way, getattr(self, way) + len(packet))
            await sink.drain()


@contextmanager
def poor_line(line: Line) -> Iterator[Line]:
    """The line, open in a thread of its own; its `port` is where clients go."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    serving = loop.create_task(line.serve(ready))
    thread = threading.Thread(target=_run, args=(loop, serving), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield line
    finally:
        loop.call_soon_threadsafe(serving.cancel)
        thread.join(10)


def _run(loop: asyncio.AbstractEventLoop, serving: asyncio.Task[None]) -> None:
    try:
        loop.run_until_complete(serving)
    except asyncio.CancelledError:
        pass
    finally:
        loop.run_until_complete(_settle())
        loop.close()


async def _settle() -> None:
    """Awaits the connections that were open at the shutdown."""
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
