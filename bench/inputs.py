"""Batch files to measure with: made from a seed, one line in twenty bad in one of many ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from portal.files.columns import check_digit_holds

RUC = "1799000004001"
SUCURSALES = (1, 2, 9)
HOY = "2026-11-20"
HIRED = "20260803"
BAD = 0.05
Fields = list[str]


def cedulas(count: int, seed: int = 1) -> np.ndarray:
    """Distinct made-up cédulas with their check digit, in no order (int64)."""
    rng = np.random.default_rng(seed)
    tails = rng.choice(7 * 10**6, count // 24 + 1, replace=False)
    nine = (np.arange(1, 25)[:, None] * 10**7 + tails[None, :]).ravel()[: 24 * len(tails)]
    sums = np.zeros(len(nine), np.int64)
    for place in range(9):
        digit = nine // 10 ** (8 - place) % 10
        twice = digit * 2 - 9 * (digit > 4)
        sums += twice if place % 2 == 0 else digit
    whole = nine * 10 + (-sums) % 10
    return rng.permutation(whole)[:count]


def entries(who: np.ndarray, day: str = HIRED) -> bytes:
    """A clean ENT file: one hire per worker, in a sucursal that his cédula says."""
    head = [f"{RUC};{s:04d};{day[:4]};{day[4:6]};ENT;" for s in SUCURSALES]
    tail = f";{day};{day};1;R;2;06;ANALISTA;1507500000011;600.00;P\r\n"
    return "".join(f"{head[c % 3]}{c:010d}{tail}" for c in who.tolist()).encode()


def extras(who: np.ndarray, *, bad: float = BAD, seed: int = 2, periodo: str = "2026;11") -> bytes:
    """An INS file, one line per worker; a share `bad` of its lines is wrong, odd, repeated or contradicts another."""
    return _file(who, "INS", seed, bad, periodo, lambda cents: [f"{cents // 100}.{cents % 100:02d}", "O"])


def raises(who: np.ndarray, *, bad: float = BAD, seed: int = 3, periodo: str = "2026;11") -> bytes:
    """An MSU file, one line per worker."""
    return _file(who, "MSU", seed, bad, periodo, lambda cents: [f"{cents // 100 + 500}.{cents % 100:02d}"])


def all_wrong(who: np.ndarray) -> bytes:
    """INS lines each wrong in three fields, every text another one."""
    numbered = enumerate(who.tolist())
    return "".join(f"{RUC};{n % 997}x;2026;11;INS;{c % 10**8:08d}-;{n}.5.0;O\r\n" for n, c in numbered).encode()


def _file(
    who: np.ndarray, movimiento: str, seed: int, bad: float, periodo: str, rest: Callable[[int], Fields]
) -> bytes:
    rng = np.random.default_rng(seed)
    cents = rng.integers(100, 50_000, len(who)).tolist()
    head = [f"{RUC};{s:04d};{periodo};{movimiento};" for s in SUCURSALES]
    lines = [f"{head[c % 3]}{c:010d};{';'.join(rest(v))}" for c, v in zip(who.tolist(), cents, strict=True)]
    for n, where in enumerate(rng.choice(len(who), int(len(who) * bad), replace=False).tolist()):
        lines[where] = MISTAKES[n % len(MISTAKES)](lines, where)
    return ("\r\n".join(lines) + "\r\n").encode()


def _change(place: int, how: Callable[[str], str]) -> Callable[[list[str], int], str]:
    def mistake(lines: list[str], where: int) -> str:
        fields = lines[where].split(";")
        if place < len(fields):
            fields[place] = how(fields[place])
        return ";".join(fields)

    return mistake


#: what goes wrong, in turns (places: 0 RUC, 1 sucursal, 2 año, 3 mes, 4 movimiento, 5 cédula, 6 value)
MISTAKES: tuple[Callable[[list[str], int], str], ...] = (
    _change(0, lambda _: "1790012344001"),
    _change(0, lambda _: "1.799E+12"),
    _change(1, lambda _: "0077"),
    _change(1, lambda _: "A1"),
    _change(2, lambda _: "1998"),
    _change(2, lambda _: "2027"),
    _change(2, lambda _: "26"),
    _change(3, lambda _: "13"),
    _change(3, lambda _: "05"),  # later than 45 days
    _change(4, lambda _: "SAL"),
    _change(5, lambda c: c[:-1] + str((int(c[-1]) + 1) % 10)),
    _change(5, lambda c: c.lstrip("0")[:8]),
    _change(5, lambda c: str(int(c))),  # the leading zero lost: mended
    _change(5, lambda c: c[:9] + "-" + c[9:]),
    _change(5, lambda _: "2400000" + "018"),  # nobody that this empleador hired
    _change(6, lambda v: v.replace(".", ",")),  # mended
    _change(6, lambda v: v + "7"),
    _change(6, lambda _: "0.00"),
    _change(6, lambda _: "-35.00"),
    _change(6, lambda _: "mil"),
    _change(6, lambda _: ""),
    lambda lines, where: lines[where].rsplit(";", 1)[0].rsplit(";", 1)[0],
    lambda lines, where: lines[where] + ";X;Y",
    lambda lines, where: lines[where - 1] if where else lines[where],  # repeated
    lambda lines, where: _change(6, lambda _: "777.77")(lines, where - 1) if where else lines[where],  # contradicts
)


def check_inputs(who: np.ndarray) -> None:
    """Raises when a made cédula would not pass: then nothing that is measured means anything."""
    wrong = [c for c in who[:1000].tolist() if not check_digit_holds(f"{c:010d}")]
    if wrong or len(np.unique(who)) != len(who):
        raise AssertionError(wrong[:3])
