"""The public figures as CSV files for the spreadsheets used here: `;`, CRLF, UTF-8 with a byte order mark, numbers with
a dot."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from portal.soporte.cifras.transparencia import Cifras, Mes, Tiempos

BOM = "\ufeff"
MESES = ("anio", "mes", "quejas", "atenciones", "fuente", "mes_terminado")
TIEMPOS = ("mes", "novedad", "codigo", "medida", "valor", "unidad", "mes_terminado")
ULTIMOS = "ultimos-12-meses"


def months_csv(meses: Iterable[Mes]) -> str:
    """One row a month, the newest first as the official series has it; empty where there is no figure."""
    rows = [(m.periodo // 100, m.periodo % 100, m.quejas, m.atenciones, m.fuente, _yes(m.terminado)) for m in meses]
    return _sheet(MESES, reversed(rows))


def times_csv(cifras: Cifras) -> str:
    """One row a month, movement and measure; then the most frequent codes of the last twelve months together."""
    rows = [row for one in cifras.todas for row in _measures(one)]
    for one in cifras.frecuentes:
        rows.append((ULTIMOS, "TODAS", one.codigo, "lineas", one.lineas, "lineas", "no"))
        rows.append((ULTIMOS, "TODAS", one.codigo, "lotes", one.lotes, "lotes", "no"))
    rows.append((ULTIMOS, "TODAS", "", "codigos_en_menos_de_5_lotes", cifras.otros, "codigos", "no"))
    return _sheet(TIEMPOS, rows)


def _measures(one: Tiempos) -> list[tuple[object, ...]]:
    where = (f"{one.periodo // 100}-{one.periodo % 100:02d}", one.novedad, "")
    ended = _yes(one.terminado)
    measured = [
        ("lotes_revisados", one.revisados, "lotes"),
        ("hasta_el_resultado_p50", _seconds(one.resultado_p50), "s"),
        ("hasta_el_resultado_p95", _seconds(one.resultado_p95), "s"),
        ("lotes_registrados", one.registrados, "lotes"),
        ("de_la_decision_al_registro_p50", _seconds(one.registro_p50), "s"),
        ("de_la_decision_al_registro_p95", _seconds(one.registro_p95), "s"),
        ("bien_a_la_primera", None if one.bien is None else f"{one.bien // 10}.{one.bien % 10}", "%"),
    ]
    return [(*where, *measure, ended) for measure in measured]


def _seconds(ms: int | None) -> str | None:
    return None if ms is None else f"{ms // 1000}.{ms % 1000:03d}"


def _yes(fact: bool) -> str:
    return "si" if fact else "no"


def _sheet(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heading)
    writer.writerows(rows)
    return BOM + out.getvalue()
