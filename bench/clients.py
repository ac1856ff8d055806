"""Many visitors who cost little: prebuilt requests over kept connections, one coroutine each, no client library.

What a client costs is taken from the same two cores as the portal, so it is measured and printed too.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
HOST = "127.0.0.1"


@dataclass
class Seen:
    """What came of the requests: seconds each took, statuses counted, connections that broke."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    broken: int = 0

    def add(self, status: int, seconds: float) -> None:
        self.seconds.append(seconds)
        self.statuses[status] = self.statuses.get(status, 0) + 1

    def percentile(self, share: float) -> float:
        """Milliseconds below which that share of the requests stayed."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("nan")

    @property
    def errors(self) -> int:
        return self.broken + sum(n for status, n in self.statuses.items() if status >= 400)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """One kept connection, and the cookie of the visit."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port, self.cookie = port, cookie
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def connect(self) -> None:
        self._reader, self._writer = await asyncio.open_connection(HOST, self._port)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
        """The bytes of a request, to be sent once or many times."""
        given = {"Host": f"{HOST}:{self._port}", "Cookie": f"portal={self.cookie}", "Accept-Encoding": "br"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        given |= {"Content-Length": str(len(body))} if method == "POST" else {}
        lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
        return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body

    async def ask(self, request: bytes) -> Answer:
        """Send it and read the whole answer. Raises OSError or EOFError when the connection breaks."""
        if self._writer is None or self._reader is None:
            await self.connect()
        assert self._writer is not None and self._reader is not None
        self._writer.write(request)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest if line)}
        status = int(first.split(" ", 2)[1])
        return Answer(status, headers, await self._body(headers))

    async def _body(self, headers: Mapping[str, str]) -> bytes:
        assert self._reader is not None
        if headers.get("transfer-encoding") == "chunked":
            parts = []
            while size := int(await self._reader.readuntil(b"\r\n"), 16):
                parts.append((await self._reader.readexactly(size + 2))[:-2])
            await self._reader.readexactly(2)
            return b"".join(parts)
        return await self._reader.readexactly(int(headers.get("content-length", 0)))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None

    async def timed(self, request: bytes, seen: Seen) -> Answer | None:
        """`ask`, written down; None when the connection broke (the next request makes a new one)."""
        start = time.perf_counter()
        try:
            answer = await self.ask(request)
        except (OSError, EOFError):
            seen.broken += 1
            self.close()
            return None
        seen.add(answer.status, time.perf_counter() - start)
        return answer


def cpu_of(pids: list[int]) -> float:
    """Seconds of processor time that these processes and their threads have used."""
    used = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def own_cpu() -> float:
    """Seconds of processor time that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def below(pid: int) -> dict[int, str]:
    """Every process under `pid` → its command line."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            parents[int(entry.name)] = (int(fields[1]), command)
    found: dict[int, str] = {}
    frontier = {pid}
    while frontier:
        frontier = {one for one, (parent, _) in parents.items() if parent in frontier and one not in found}
        found |= {one: parents[one][1] for one in frontier}
    return found
