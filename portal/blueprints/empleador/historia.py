"""The labour history: of one's own workers, searched by POST and shown under an opaque id; of a sucursal in a month."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from portal.access import empleador, mi_ambito, mi_empleador
from portal.historia.cifras import known_in, used
from portal.historia.descarga import sucursal_csv, worker_csv
from portal.historia.meses import by_month
from portal.historia.personas import names_of
from portal.historia.resumen import Mes as Cierre
from portal.historia.resumen import series
from portal.historia.sucursal import Mes, Posicion, page_of, position_of, sucursales_of
from portal.historia.trabajador import find_worker, history, page_of_facts, present, worker_of
from portal.novedades import todas
from portal.web import config, database, db, hoy
from portal.web.filters import periodo_largo
from portal.web.request import close_session, whole

blueprint = Blueprint("historia", __name__)

MATRIZ = 1
FIRST = 200001
MOST_COLUMNS = 2  # of a table that a small screen shows as one
DRAWN = 12  # months
OF_THE_SUMMARY = ("ENT", "SAL", "MSU")
_PERIODS = (r"(?P<anio>[0-9]{4})[-/ ]?(?P<mes>[0-9]{2})", r"(?P<mes>[0-9]{1,2})[-/ ](?P<anio>[0-9]{4})")
_EXAMPLE = "Escriba el año y el mes, por ejemplo {}"


@blueprint.get("/historia")
@empleador
def buscar() -> ResponseReturnValue:
    return _landing()


@blueprint.post("/historia")
@empleador
def encontrar() -> ResponseReturnValue:
    texto = request.form.get("cedula", "")
    digits = "".join(c for c in texto if c.isascii() and c.isdigit())
    if len(digits) not in (9, 10):
        return _landing("La cédula debe tener 10 dígitos")
    found = find_worker(db(), mi_empleador().id, int(digits))
    if found is None:
        return _landing("Ese trabajador no consta en su historia laboral")
    return redirect(f"/historia/{found}", 303)


def _landing(error: str = "") -> Response:
    mine, actual = mi_empleador(), _month(hoy())
    branches, months = sucursales_of(db(), mine.id), _drawn(_series(None, actual))
    page = render_template(
        "historia/buscar.html",
        errores=[("cedula", error)] if error else [],
        error=error + "." if error else "",
        sucursales=branches,
        periodo=_written(actual),
        meses=months,
        en_meses=len(months),
        de_varias=len(branches) > 1,
    )
    return Response(page, 422 if error else 200)


@blueprint.get("/historia/<int:trabajador>")
@empleador
def ver(trabajador: int) -> ResponseReturnValue:
    """The time line and the months; with `pagina` or `meses` older ones of the one or the other."""
    mine, cedula = mi_ambito(), _cedula(trabajador)
    relaciones, known = history(db(), mine, cedula), known_in(mine)
    hasta = _read_period(request.args.get("meses", ""))
    hechos = page_of_facts(relaciones, whole(request.args, "pagina", 1, least=1))
    meses = by_month(relaciones, _month(hoy()), hasta, known)
    columns = used((fila.cifras for fila in meses.filas), known)
    several = len({fila.sucursal for fila in meses.filas}) > 1
    return render_template(
        "historia/trabajador.html",
        id=trabajador,
        cedula=cedula,
        nombre=(names_of(config(), db(), [cedula]) or {}).get(cedula),
        actuales=present(relaciones),
        hechos=None if hasta else hechos,
        meses=meses if known and (hechos.numero == 1 or hasta) else None,
        columnas=columns,
        varias=several,
        en_tarjetas=len(columns) + several > MOST_COLUMNS,
        entero=hechos.numero == 1 and not hasta,
        solo=_only_these(),
    )


@blueprint.get("/historia/<int:trabajador>.csv")
@empleador
def bajar(trabajador: int) -> ResponseReturnValue:
    cedula = _cedula(trabajador)
    return _download(worker_csv(config(), db(), mi_ambito(), cedula), "historia-laboral.csv")


def _cedula(trabajador: int) -> int:
    """The worker behind an opaque id; 404 when it is none of this empleador."""
    cedula = worker_of(db(), mi_empleador().id, trabajador)
    if cedula is None:
        abort(404)
    return cedula


@blueprint.get("/historia/sucursal")
@empleador
def sucursal() -> ResponseReturnValue:
    mine = mi_empleador()
    sucursales = sucursales_of(db(), mine.id)
    codigo, asked = _sucursal(sucursales), request.args.get("periodo") or _written(_month(hoy()))
    periodo, error = _asked_period(asked)
    known: dict[str, Any] = {"sucursales": sucursales, "codigo": codigo, "nombre": sucursales[codigo], "asked": asked}
    if periodo is None:
        page = render_template("historia/periodo.html", errores=[("periodo", error)], error=error + ".", **known)
        return Response(page, 422)
    mes = _mes(codigo, periodo)
    after = _after(mes)
    pagina = page_of(db(), mes, after)
    cierres = _series(codigo, periodo)
    names = names_of(config(), db(), [fila.cedula for fila in pagina.filas]) or {}
    return render_template(
        "historia/sucursal.html",
        mes=mes,
        pagina=pagina,
        primera=after is None,
        columnas=used((fila.cifras for fila in pagina.filas), mes.conocidas),
        salen=any(fila.salida for fila in pagina.filas),
        quienes={fila.relacion_id: _who(names.get(fila.cedula), fila.cargo) for fila in pagina.filas},
        cierre=cierres[-1] if cierres and pagina.filas and after is None else None,
        meses=_drawn(cierres),
        en_meses=len(cierres),
        solo=_only_these(),
        **known,
    )


def _who(nombre: str | None, cargo: str | None) -> str:
    """Name and position of a worker, as far as they are known; a position in capitals is written as a sentence is."""
    written = cargo.capitalize() if cargo and cargo.upper() == cargo else cargo
    return " · ".join(one for one in (nombre, written) if one)


@blueprint.get("/historia/sucursal.csv")
@empleador
def bajar_sucursal() -> ResponseReturnValue:
    mine = mi_empleador()
    codigo = _sucursal(sucursales_of(db(), mine.id))
    periodo, _ = _asked_period(request.args.get("periodo") or _written(_month(hoy())))
    if periodo is None:
        return sucursal()
    mes = _mes(codigo, periodo)
    close_session()  # a slow reader must not keep the session open: each part has a transaction of its own
    parts = sucursal_csv(config(), database(), mes)
    return _download(parts, f"sucursal-{codigo:04d}-{_written(periodo)}.csv")


def _sucursal(sucursales: dict[int, str | None]) -> int:
    """The sucursal that is asked for, else the matriz, else the first; 404 when it is none of this empleador's."""
    text = request.args.get("sucursal", "")
    codigo = int(text) if re.fullmatch("[0-9]{1,4}", text) else 0
    if not text and sucursales:
        codigo = MATRIZ if MATRIZ in sucursales else min(sucursales)
    if codigo not in sucursales:
        abort(404)
    return codigo


def _after(mes: Mes) -> Posicion | None:
    """Where the page begins; 404 for what is no relación of that sucursal."""
    text = request.args.get("desde", "")
    if not text:
        return None
    found = position_of(db(), mes, int(text)) if re.fullmatch("[0-9]{1,18}", text) else None
    if found is None:
        abort(404)
    return found


def _asked_period(text: str) -> tuple[int | None, str]:
    """The month that is asked for, or what to say of it."""
    periodo, actual = _read_period(text), _month(hoy())
    if periodo is None:
        return None, _EXAMPLE.format(_written(actual))
    if periodo > actual:
        return None, f"Ese mes todavía no empieza: el último que puede ver es {periodo_largo(actual)}"
    if periodo < FIRST:
        return None, "El portal guarda períodos desde enero de 2000"
    return periodo, ""


def _read_period(text: str) -> int | None:
    """`2026-11`, and as people write it besides: 202611, 11/2026."""
    found = next((m for one in _PERIODS if (m := re.fullmatch(one, text.strip(), re.ASCII))), None)
    if found is None or not 1 <= int(found["mes"]) <= 12 or found["anio"] == "0000":
        return None
    return int(found["anio"]) * 100 + int(found["mes"])


def _month(day: date) -> int:
    return day.year * 100 + day.month


def _written(periodo: int) -> str:
    return f"{periodo // 100}-{periodo % 100:02d}"


def _mes(codigo: int, periodo: int) -> Mes:
    """A month of one of the empleador's sucursales, as far as the visit may see it."""
    return Mes(mi_empleador().id, codigo, periodo, mi_ambito().movimientos)


def _series(sucursal: int | None, hasta: int) -> list[Cierre]:
    """How the last months stood; none for whoever may not see all that people and payroll are made of."""
    if not mi_ambito().ve(*OF_THE_SUMMARY):
        return []
    return series(db().connection(), mi_empleador().id, sucursal, hasta, DRAWN)


def _drawn(meses: list[Cierre]) -> list[Cierre]:
    """The months of a drawing; none when there was nobody in any of them."""
    return meses if any(mes.personas for mes in meses) else []


def _only_these() -> list[str]:
    """The movements whose facts a delegate sees, by name; none for who sees all."""
    visible = mi_ambito()
    return [] if visible.entero else [nov.nombre for codigo, nov in todas().items() if visible.ve(codigo)]


def _download(body: Any, nombre: str) -> Response:
    response = Response(body, mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{nombre}"'
    return response
