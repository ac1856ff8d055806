"""How PostgreSQL answers when its tables are large: it must not read all of them for a part of them."""

import polars as pl
import pytest
from sqlalchemy import event

from portal.historia import Historia
from tests.lotes.conftest import CEDULAS

RELACIONES, LINEAS, FIRST = 100_000, 1_200, 2_400_000_000


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_a_file_of_a_hundredth_of_the_workers_does_not_read_all_relaciones(office):
    """With PostgreSQL's own price of a page (4), reading all relaciones seemed cheaper than this."""
    hired = office.hire(CEDULAS[0])
    asked = []

    def remember(_conn, _cursor, statement, parameters, _context, _many):
        if "from relacion r" in statement:
            asked.append((statement, parameters))

    with office.database.engine.connect() as conn:
        conn.exec_driver_sql(
            "insert into relacion (empleador_id, sucursal, cedula, ingreso, jornada, sectorial, lote_id, linea) "
            f"select {office.empleador_id}, 1, {FIRST} + n, date '2026-02-03', '2', '1507500000011', {hired.id}, n + 9 "
            f"from generate_series(1, {RELACIONES}) n"
        )
        conn.exec_driver_sql("analyze relacion")
        event.listen(conn, "before_cursor_execute", remember)
        historia = Historia(conn, office.empleador_id, LINEAS)
        some = pl.Series([FIRST + n for n in range(1, RELACIONES, RELACIONES // LINEAS)])
        assert len(historia.relaciones(some, frozenset({"ultimo_periodo"}))) == len(some)
        event.remove(conn, "before_cursor_execute", remember)
        plan = [row[0] for statement in asked for row in conn.exec_driver_sql(f"explain {statement[0]}", statement[1])]
    assert any("using ix_relacion_trabajador on relacion" in line for line in plan), plan
    assert not any("Seq Scan on relacion" in line for line in plan), plan
