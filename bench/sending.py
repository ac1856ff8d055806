"""How long from the last byte of a file to the page with its result, and to its registration, through HTTP with the
real server, workers and queue on SQLite, the worker idle. `python -m bench.sending`"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from portal.files.columns import check_digit_holds
from tests.e2e.conftest import RUC, Visitor, running

TIMES = 7
BIG = 100_000


def cedulas(count: int) -> list[str]:
    """Made-up cédulas of province 24."""
    made: list[str] = []
    number = 0
    while len(made) < count:
        nine = f"24{number:07d}"
        made.append(next(nine + d for d in "0123456789" if check_digit_holds(nine + d)))
        number += 1
    return made


def entries(who: list[str], day: str) -> bytes:
    tail = f"ENT;{{}};{day};{day};1;R;2;06;ANALISTA;1507500000011;600.00;P\r\n"
    return "".join(f"{RUC};0001;{day[:4]};{day[4:6]};" + tail.format(c) for c in who).encode()


def extras(who: list[str], cents: int) -> bytes:
    amount = f"{cents // 100}.{cents % 100:02d}"
    return "".join(f"{RUC};0001;2026;11;INS;{c};{amount};O\r\n" for c in who).encode()


def result(visitor: Visitor, movimiento: str, content: bytes, state: str = "revisado") -> tuple[str, float]:
    """The lote, and the seconds from the whole body sent until the page shows the result."""
    visitor.open(f"/cargas/nueva?movimiento={movimiento}")
    form = visitor.browser.page.select_one('form[enctype="multipart/form-data"]')
    data = {i["name"]: i.get("value", "") for i in form.select("input[type=hidden]")} | {"movimiento": movimiento}
    start = time.perf_counter()  # on loopback the body takes milliseconds: included
    answer = visitor.browser.session.post(
        visitor.base + form["action"], data=data, files=[("archivo", ("a.txt", content))], timeout=300
    )
    lote = answer.url.removeprefix(visitor.base)
    page = answer.text
    while f'data-estado="{state}"' not in page:
        time.sleep(0.05)
        page = visitor.browser.session.get(answer.url, timeout=60).text
    return lote, time.perf_counter() - start


def registered(visitor: Visitor, lote: str) -> float:
    start = time.perf_counter()
    visitor.decide(lote)
    while 'data-estado="registrado"' not in visitor.browser.session.get(visitor.base + lote, timeout=60).text:
        time.sleep(0.05)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), PORTAL_HOY="2026-11-20") as portal:
        visitor = portal.visitor()
        who = cedulas(BIG)
        lote, checked = result(visitor, "ENT", entries(who, "20261118"))
        print(f"{BIG:,} ENT lines: result after {checked:.1f} s, registered {registered(visitor, lote):.1f} s later")
        lote, checked = result(visitor, "INS", extras(who, 1000))
        print(f"{BIG:,} INS lines: result after {checked:.1f} s, registered {registered(visitor, lote):.1f} s later")
        visitor.decide(result(visitor, "INS", extras(who[:100], 2000))[0], "desistir")
        small = [result(visitor, "INS", extras(who[:100], 3000 + n))[1] for n in range(TIMES)]
        print(
            f"100 INS lines, worker idle, history of {BIG:,} workers: result after "
            f"{statistics.median(small):.2f} s (median of {TIMES}, slowest {max(small):.2f} s)"
        )


if __name__ == "__main__":
    main()
