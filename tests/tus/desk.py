"""What the tests of uploads share: files of good lines, and what is stored of them."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from pages.world import World, worker
from portal.modelos import Archivo, Lote, Subida, SubidaParte

A_FILE: dict[str, str | None] = {"filename": "a.txt", "movimiento": "INS"}
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def lines(world: World, count: int = 1) -> bytes:
    return "".join(world.line("INS", worker(n)) + "\r\n" for n in range(1, count + 1)).encode()


def stored(world: World) -> tuple[int, int]:
    """Parts and their bytes."""
    with world.database.reading() as session:
        found = select(func.count(), func.coalesce(func.sum(func.length(SubidaParte.datos)), 0))
        return tuple(session.execute(found.select_from(SubidaParte)).one())  # type: ignore[return-value]


def nothing_is_kept(world: World) -> bool:
    return not world.rows(Subida) and not world.rows(Lote) and not world.rows(Archivo) and stored(world) == (0, 0)


def parts_left(world: World) -> int:
    return stored(world)[0]
