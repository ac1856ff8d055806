"""A portal whose pages are as heavy as they ordinarily become, the visits that may see them, and where they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import requests

from e2e.conftest import RUC, Portal, Visitor, running
from portal.novedades import todas
from portal.revision.diccionario import entradas

from .heavy_calls import call
from .heavy_desk import desk
from .heavy_public import public
from .hold import datos, held
from .world import HOY, cedulas, lines

LINES = 60
LATEST = 45  # days back that a hire may still be told
LONG_FIRM = "CONSTRUCTORA E INMOBILIARIA VILLAVICENCIO ANDRADE E HIJOS COMPAÑÍA LIMITADA"
LONG_BRANCH = "Agencia Santo Domingo de los Tsáchilas y bodega de despacho"
NAMES = ("QUISHPE LEÓN", "VILLAVICENCIO", "DE LA TORRE", "ÑACATO", "ANDRADE", "GUAMÁN")
GIVEN = ("MARÍA FERNANDA", "LUIS ALBERTO", "GUADALUPE DEL ROCÍO", "JOSÉ", "NATHALY ELIZABETH")
VISITS = {
    "empleador": "1710010024",
    "en llamada": "1710010024",
    "delegada": "1710010057",
    "soporte": "1710010065",
    "supervisor": "1710010073",
}
NEW_AGENT = {"identificacion": cedulas(970, 1)[0], "clave": "demo-nueva"}
#: staff who have given the key and not the second step: with one set up, and with none
BEFORE_SECOND_STEP: dict[str | None, Callable[[Portal], dict[str, Any]]] = {
    "ante el segundo paso": lambda portal: portal.account(rol="soporte"),
    "sin segundo paso": lambda _portal: NEW_AGENT,
}


@dataclass
class Heavy:
    """`places`: name → address of a page; `cookies`: visit → what a browser of that visit holds."""

    portal: Portal
    places: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, list[Any]] = field(default_factory=dict)

    def held_by(self, visit: str | None) -> list[Any]:
        """What a browser of that visit holds. The proof of a key lasts some minutes: it is given anew."""
        if visit in BEFORE_SECOND_STEP:
            visitor = Visitor(self.portal.base).give_key(BEFORE_SECOND_STEP[visit](self.portal))
            return _cookies(self.portal, visitor)
        return self.cookies[visit] if visit else []

    def address(self, path: str) -> str:
        return self.portal.base + path.format(**self.places)


@contextmanager
def heavy(folder: Path) -> Iterator[Heavy]:
    """While it stands, one lote waits, and so does one annulment."""
    with running(folder, PORTAL_HOY=HOY.isoformat()) as portal:
        _long_names(portal, folder)
        who, clave = NEW_AGENT["identificacion"], NEW_AGENT["clave"]
        portal.flask("cuentas", "crear", who, "Agente 15", "--rol", "soporte", "--clave", clave)
        world = Heavy(portal)
        visitors = {who: _signed_in(portal, identificacion) for who, identificacion in VISITS.items()}
        visitor = visitors["empleador"]
        world.places |= _public(portal.base) | _lotes(visitor) | public(datos(portal)) | desk(datos(portal))
        call(visitors["en llamada"], visitors["supervisor"], world.places["errors"])
        with held(portal, "rq_worker", "sweeper"):
            world.places["waiting"] = visitor.send("INS", ("espera.txt", _file(lines("INS", cedulas(900, 1)))))
            world.places["annulling"] = _annulment(visitor, world.places["extras"])
            for who, one in visitors.items():
                world.cookies[who] = _cookies(portal, one)
            yield world


def _cookies(portal: Portal, visitor: Visitor) -> list[Any]:
    return [{"name": c.name, "value": c.value, "url": portal.base} for c in visitor.browser.session.cookies]


def _signed_in(portal: Portal, identificacion: str) -> Visitor:
    account = next(a for a in portal.accounts if a["identificacion"] == identificacion)
    return Visitor(portal.base).sign_in(account)


def _long_names(portal: Portal, folder: Path) -> None:
    people, firm = folder / "personas.csv", folder / "empleadores.csv"
    names = (f"{NAMES[n % 6]} {NAMES[n * 5 % 7 % 6]} {GIVEN[n % 5]}" for n in range(LINES))
    rows = (f"{one},{name}" for one, name in zip(cedulas(1, LINES), names, strict=True))
    people.write_text("\n".join(["identificacion,nombre,extranjero", *(f"{row},no" for row in rows)]), "utf-8")
    head = "ruc,nombre,tipo,sucursal,nombre_sucursal"
    firm.write_text(f"{head}\n{RUC},{LONG_FIRM},privada,0001,{LONG_BRANCH}\n", "utf-8")
    portal.flask("personas", "importar", str(people))
    portal.flask("empleadores", "importar", str(firm))


def _public(base: str) -> dict[str, str]:
    """The heaviest of the formats and of the explained codes."""
    formats = [f"/formatos/{codigo}" for codigo in todas()]
    codes = [f"/ayuda/errores/{codigo}" for codigo in entradas()]
    return {"format": _heaviest(base, formats), "code": _heaviest(base, codes)}


def _heaviest(base: str, paths: list[str]) -> str:
    asked = {"Accept-Encoding": "br"}
    sizes = {path: int(requests.get(base + path, headers=asked).headers["Content-Length"]) for path in paths}
    return max(sizes, key=lambda path: sizes[path])


def _lotes(visitor: Visitor) -> dict[str, str]:
    people, day = cedulas(1, LINES), f"{HOY:%Y%m%d}"
    hires = lines("ENT", people, fecha_ingreso=day, fecha_registro=day, sueldo="482.00")
    registered = visitor.register("ENT", "altas-de-temporada-noviembre-agencia-santo-domingo.txt", _file(hires))
    extras = [line for n, one in enumerate(people) for line in lines("INS", [one], valor=f"{n * 37}.{n % 10}9")]
    places = {
        "registered": registered,
        "extras": visitor.register("INS", "horas-extras-de-todos-noviembre-2026.txt", _file(extras)),
        "worker": _worker_of_many_facts(visitor),
    }
    places["annulled"] = _annulment(visitor, places["extras"], "58-60")
    visitor.wait(places["annulled"], "hecha")
    visitor.send("INS", *((f"comisiones-{n:02d}.txt", _file(lines("INS", cedulas(600 + n, 1)))) for n in range(50)))
    mixed = [*lines("INS", people, valor="12.50"), *_wrong(people)]
    places |= {
        "errors": visitor.send("INS", ("extras-con-errores.txt", _file(_wrong(people)))),
        "mixed": visitor.send("INS", ("extras-por-decidir-noviembre-2026.txt", _file(mixed))),
    }
    places["sheet"] = visitor.send("INS", ("nomina-general-noviembre-2026.csv", _file(_sheet(people))))
    visitor.wait(places["sheet"], "rechazado", seconds=120)
    for name in ("errors", "mixed"):
        visitor.wait(places[name], "revisado", seconds=120)
    return places


def _sheet(people: list[str]) -> list[str]:
    """A payroll of twenty columns whose headings say nothing."""
    head = ";".join(f"rubro número {n}" for n in range(1, 21))
    return [
        head,
        *(f"{one};NOMBRE LARGO DE LA PERSONA {n}" + f";{n * 37}.{n % 10}9" * 18 for n, one in enumerate(people)),
    ]


def _wrong(people: list[str]) -> list[str]:
    """Sixty lines of people who don't work here, and some wrong in other ways."""
    unknown = lines("INS", cedulas(500, LINES), valor="7.77")
    unreadable = [line.replace("7.77", wrong) for line, wrong in zip(unknown[:3], ("12o.00", "7,7,7", ""), strict=True)]
    return [*unknown, *unreadable, *lines("INS", people[:2], valor="7.77"), *lines("INS", people[:2], valor="7.77")]


def _annulment(visitor: Visitor, lote: str, lineas: str = "1-9, 11, 13") -> str:
    """The page of an annulment that was asked for, with the longest of reasons."""
    visitor.open(f"{lote}/anulacion")
    visitor.browser.select_form(f'form[action="{lote}/anulacion"]')
    visitor.browser["lineas"], visitor.browser["motivo"] = lineas, "Era de otro mes. " * 17
    visitor.browser.submit_selected(btnName=None)
    return visitor.url


def _worker_of_many_facts(visitor: Visitor) -> str:
    """The page of somebody who came as early as can still be told, with a retroactive of each day since."""
    [somebody] = cedulas(800, 1)
    days = [HOY - timedelta(days=n) for n in range(LATEST, -1, -1)]

    def dated(movimiento: str, day: date, **fields: str) -> list[str]:
        return lines(movimiento, [somebody], anio=f"{day:%Y}", mes=f"{day:%m}", **fields)

    entered = f"{days[0]:%Y%m%d}"
    visitor.register("ENT", "alta.txt", _file(dated("ENT", days[0], fecha_ingreso=entered, fecha_registro=entered)))
    every = [line for day in days for line in dated("PRA", day, fecha_suscripcion=f"{day:%Y%m%d}")]
    visitor.register("PRA", "retroactivos.txt", _file(every))
    visitor.open("/historia")
    visitor.browser.select_form('form[action="/historia"]')
    visitor.browser["cedula"] = somebody
    visitor.browser.submit_selected()
    return visitor.url


def _file(rows: list[str]) -> bytes:
    return "".join(row + "\r\n" for row in rows).encode()
