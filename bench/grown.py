"""A history of many years, put into the tables by SQL: rows as the portal writes them, 10 million in a minute or two.

One empleador has a tenth of the novedades as workers (a million at ten million), a lote of as many lines with a
twentieth of them in error, and a lote for every 500 novedades; the others have 100 workers and 8 lotes each. The texts
of a line are those of a line that the portal registered, so that pages read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, event, insert, select, text

from bench.ground import ground
from bench.inputs import cedulas, extras
from portal.lotes.numeros import write
from portal.modelos import Archivo, Empleador, Lote, LoteCambio, Sucursal

HIRED, WORKED = date(2026, 2, 3), (202604, 202605, 202606, 202607, 202608, 202609, 202610)
BIG_MONTHS = 5
FIRST_ID = 1_000  # rows that the portal made itself stay below
THEN = datetime.fromisoformat("2026-10-20 15:00")
PEOPLE = 100
FIRST_CEDULA = 2_400_000_000
TABLES = ("novedad", "relacion", "problema")


@dataclass(frozen=True)
class Grown:
    """What is where: ids and numbers that pages are asked for."""

    novedades: int
    trabajadores: int
    lineas: int
    con_error: int
    lotes_grande: int
    grande: str
    empleador_id: int


@dataclass(frozen=True)
class _Lote:
    """Rows `first` to `last` of the relaciones are the workers of its lines."""

    id: int
    empleador_id: int
    movimiento: str
    periodo: int
    first: int
    last: int


def grow(url: str, folder: Path, novedades: int) -> Grown:
    """The database at `url`, new, with about that many novedades."""
    there = ground(url, folder)
    who = cedulas(2)
    there.hire(who)
    there.register(there.check(there.send("INS", extras(who, bad=0))).id)
    workers, others = novedades // 10, novedades * 4 // 10 // (PEOPLE * 8)
    plan = _planned(there.empleador_id, workers, others)
    few = novedades // 500
    engine = there.database.engine
    if there.database.is_sqlite:
        event.listen(engine, "connect", _hasty)
        engine.dispose()
    with engine.begin() as conn:
        if not there.database.is_sqlite:
            conn.exec_driver_sql("set local session_replication_role = replica")  # no look at each foreign key
            conn.exec_driver_sql("set local maintenance_work_mem = '1GB'")
        texts = _texts(conn)
        _accounts(conn, others)
        _lotes(conn, there.empleador_id, there.cuenta_id, plan, few)
        with_indexes = _drop_indexes(conn)
        _relaciones(conn, plan)
        for lote in plan:
            _novedades(conn, lote, texts)
        big = plan[BIG_MONTHS]
        wrong = _problems(conn, big)
        _totals(conn)
        for statement in with_indexes:
            conn.exec_driver_sql(statement)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("analyze" if there.database.is_sqlite else "vacuum analyze")  # as autovacuum leaves it
    total = sum(lote.last - lote.first + 1 for lote in plan)
    engine.dispose()
    return Grown(
        total, workers, workers, wrong, BIG_MONTHS + 1 + few, write(2026, FIRST_ID + big.id), there.empleador_id
    )


def _hasty(connection: object, _record: object) -> None:
    for pragma in ("synchronous=OFF", "cache_size=-500000"):
        connection.execute(f"PRAGMA {pragma}")


def _planned(big: int, workers: int, others: int) -> list[_Lote]:
    """Every lote with lines; those of the big empleador first."""
    found, next_id, first = [], FIRST_ID, FIRST_ID

    def add(empleador: int, people: int, months: tuple[int, ...]) -> None:
        nonlocal next_id, first
        for movimiento, periodo in [("ENT", 202602), *(("INS", month) for month in months)]:
            found.append(_Lote(next_id, empleador, movimiento, periodo, first, first + people - 1))
            next_id += 1
        first += people

    add(big, workers, WORKED[:BIG_MONTHS])
    for n in range(others):
        add(FIRST_ID + n, PEOPLE, WORKED)
    return found


def _texts(conn: Connection) -> dict[str, tuple[str, str, int | None]]:
    """Movement → clave, datos and valor of a line that the portal registered."""
    rows = conn.execute(text("select movimiento, clave, datos, valor from novedad"))
    return {movimiento: (clave, datos, valor) for movimiento, clave, datos, valor in rows}


def _accounts(conn: Connection, others: int) -> None:
    made = [
        {"id": FIRST_ID + n, "ruc": f"17{n:08d}001", "nombre": f"EMPLEADOR {n}", "tipo": "privada"}
        for n in range(others)
    ]
    if made:
        conn.execute(insert(Empleador), made)
        conn.execute(insert(Sucursal), [{"empleador_id": one["id"], "codigo": 1} for one in made])


def _lotes(conn: Connection, big: int, cuenta: int, plan: list[_Lote], few: int) -> None:
    """Those with lines, and of the big empleador many that were given up."""
    after = plan[-1].id + 1
    every = [(lote.id, lote.empleador_id, lote.movimiento, lote.last - lote.first + 1, "registrado") for lote in plan]
    every += [(after + n, big, "MSU", 10, "desistido") for n in range(few)]
    real = {row.movimiento: row for row in conn.execute(select(Lote.movimiento, Lote.efectos, Lote.entendido))}
    archivos, lotes, moves = [], [], []
    for lote_id, empleador, movimiento, lines, estado in every:
        when = THEN - timedelta(minutes=len(every) - len(lotes))
        who, sha = {"id": lote_id, "empleador_id": empleador}, {"sha256_contenido": f"{lote_id:064d}"}
        archivos.append(
            who | sha | {"nombre": "a.txt", "bytes": lines * 50, "sha256": f"{lote_id:064d}", "creado_en": when}
        )
        wrong = lines // 20 if lote_id == plan[BIG_MONTHS].id else 0
        lotes.append(
            who
            | sha
            | dict.fromkeys(("recibido_en", "cambiado_en", "revisado_en", "decidido_en", "registrado_en"), when)
            | dict.fromkeys(("leidas", "revisadas", "hasta"), lines + wrong)
            | {"numero": write(2026, FIRST_ID + lote_id), "movimiento": movimiento, "estado": estado}
            | {"cuenta_id": cuenta, "decidido_por": cuenta, "archivo_id": lote_id, "fecha_negocio": when.date()}
            | {"correctas": lines, "con_error": wrong, "por_codigo": {"IDE-02": wrong} if wrong else {}}
            | {"registradas": lines if estado == "registrado" else 0, "vigente": estado == "registrado"}
            | {name: getattr(real.get(movimiento), name, None) for name in ("efectos", "entendido")}
        )
        moves += [
            {"lote_id": lote_id, "a": a, "en": when, "quien": "bench", "motivo": ""}
            for a in ("recibido", "revisando", "revisado", estado)
        ]
    conn.execute(insert(Archivo), archivos)
    conn.execute(insert(Lote), lotes)
    conn.execute(insert(LoteCambio), moves)


def _drop_indexes(conn: Connection) -> list[str]:
    """They are made at the end, in one go; gives the statements that make them."""
    if conn.dialect.name == "sqlite":
        asked = "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in "
    else:
        asked = "select indexname, indexdef from pg_indexes where indexname not like 'pk%' and tablename in "
    found = conn.execute(text(asked + str(TABLES))).all()
    for name, _ in found:
        conn.exec_driver_sql(f"drop index {name}")
    return [str(sql) for _, sql in found]


def _numbers(first: str, last: str) -> str:
    return f"with recursive n(i) as (select {first} union all select i + 1 from n where i < {last})"


def _day(conn: Connection, day: date) -> str:
    return f"'{day}'" if conn.dialect.name == "sqlite" else f"date '{day}'"


def _relaciones(conn: Connection, plan: list[_Lote]) -> None:
    for lote in plan:
        if lote.movimiento == "ENT":
            conn.execute(text(
                "insert into relacion "
                "(id, empleador_id, sucursal, cedula, ingreso, jornada, sectorial, lote_id, linea) "
                f"{_numbers(str(lote.first), str(lote.last))} select i, {lote.empleador_id}, 1, {FIRST_CEDULA} + i, "
                f"{_day(conn, HIRED)}, '2', '1507500000011', {lote.id}, i - {lote.first} + 1 from n"
            ))  # fmt: skip


def _novedades(conn: Connection, lote: _Lote, texts: dict[str, tuple[str, str, int | None]]) -> None:
    clave, datos, valor = texts[lote.movimiento]
    conn.execute(
        text(
            "insert into novedad (lote_id, linea, empleador_id, movimiento, sucursal, periodo, cedula, clave, "
            "relacion_id, valor, datos) "
            f"{_numbers(str(lote.first), str(lote.last))} select {lote.id}, i - {lote.first} + 1, {lote.empleador_id}, "
            f"'{lote.movimiento}', 1, {lote.periodo}, {FIRST_CEDULA} + i, :clave, i, :valor, :datos from n"
        ),
        {"clave": clave, "datos": datos, "valor": valor},
    )


def _problems(conn: Connection, lote: _Lote) -> int:
    """A wrong line after every twentieth of the registered ones, with its lines' numbers after theirs."""
    lines = lote.last - lote.first + 1
    conn.execute(text(
        "insert into problema (lote_id, linea, campo, codigo, nivel, valor, cedula, al_registrar) "
        f"{_numbers('1', str(lines // 20))} select {lote.id}, {lines} + i, 'cedula', 'IDE-02', 'error', '1712345', "
        "null, false from n"
    ))  # fmt: skip
    return lines // 20


def _totals(conn: Connection) -> None:
    conn.execute(text("delete from resumen_mes"))
    conn.execute(text(
        "insert into resumen_mes (empleador_id, sucursal, periodo, personas, planilla) "
        "select empleador_id, 1, 202602, count(*), 60000 * count(*) from relacion group by empleador_id"
    ))  # fmt: skip
