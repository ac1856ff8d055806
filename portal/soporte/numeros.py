"""Numbers of attentions (`A-000123-4`) and complaints (`Q-000045-6`), that people can say aloud: a letter, the row's id
and a Damm check digit over it."""

from __future__ import annotations

import re

from stdnum import damm

_MOST = 18  # digits that an id may have


def written(letter: str, row_id: int) -> str:
    """`("A", 123)` → `A-000123-d`."""
    digits = f"{row_id:06d}"
    return f"{letter}-{digits}-{damm.calc_check_digit(digits)}"


def read(letter: str, text: str) -> int | None:
    """The id in a number as a person typed or dictated it (`A-000123-4`, `a 123 4`, `0001234`); None when its check
    digit does not hold, or it has another letter."""
    found = re.fullmatch(rf"\W*(?:{letter}\W*)?([0-9][0-9\W]*)", text.strip(), re.IGNORECASE)
    digits = re.sub(r"[^0-9]", "", found[1]) if found else ""
    if not 2 <= len(digits) <= _MOST:
        return None
    body, check = digits[:-1].zfill(6), digits[-1]
    return int(body) if int(body) and damm.calc_check_digit(body) == check else None
