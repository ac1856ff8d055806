"""Twenty lotes of three empleadores sent in one go, most of them good only in the order in which they were sent; and
all that they leave behind, in words that do not depend on ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import select

from portal import clock
from portal.db import Database
from portal.lotes.entrada.receive import Envio, receive
from portal.lotes.trabajo.decide import decide
from portal.modelos import Empleador, Lote, LoteCambio, Novedad, Problema, Relacion, ResumenMes, Sucursal
from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from tests.lotes.conftest import CEDULAS, HOY
from tests.lotes.faults import LOTE, NOVEDAD, RELACION

LOTES = 20
FIRST_DAY = 40  # days ago
ORDER = ("ENT", "MSU", "INS", "SAL")
OWN = set(LOTE) - {"id", "arriendo_de"}


@dataclass
class Worker:
    """What may be said of one worker next: the days go on, so that each line is good after the ones before."""

    cedula: str
    day: int = FIRST_DAY
    there: bool = False

    def line(self, codigo: str, ruc: str, chance: Random) -> str:
        on = f"{HOY - timedelta(self.day):%Y%m%d}"
        values = {
            "ENT": {"fecha_ingreso": on, "sueldo": chance.choice(["600.00", "700.00"])},
            "SAL": {"fecha_salida": on},
            "MSU": {"sueldo": f"{chance.randint(500, 900)}.00"},
            "INS": {"valor": f"{chance.randint(10, 90)}.00"},
        }[codigo]
        self.there = codigo != "SAL"
        self.day -= codigo in ("ENT", "SAL")
        return ";".join(good_line(todas()[codigo], HOY, ruc, "0001", self.cedula, **values))

    def fits(self, codigo: str) -> bool:
        return self.there is (codigo != "ENT")


@dataclass
class Sender:
    """One empleador."""

    ruc: str
    workers: list[Worker] = field(default_factory=lambda: [Worker(cedula) for cedula in CEDULAS[:3]])

    def file(self, chance: Random) -> tuple[str, list[str]]:
        """A movement and its lines; one in ten says what does not fit, or what an earlier lote says otherwise."""
        codes = [codigo for codigo in ORDER if any(w.fits(codigo) for w in self.workers)]
        codigo = chance.choice(codes)
        some = [w for w in self.workers if w.fits(codigo) or chance.random() < 0.1]
        return codigo, [w.line(codigo, self.ruc, chance) for w in chance.sample(some, k=chance.randint(1, len(some)))]


def burst(seed: int) -> list[tuple[int, str, list[str]]]:
    """Who sends which movement with which lines, in order; RUC left open."""
    chance, senders = Random(seed), [Sender("{ruc}") for _ in range(3)]
    order = [chance.randrange(3) for _ in range(LOTES)]
    return [(who, *senders[who].file(chance)) for who in order]


class Empleadores:
    """Three of them, new ones."""

    def __init__(self, database: Database, rucs: list[str], cuenta_id: int) -> None:
        self.database, self.rucs, self.cuenta_id = database, rucs, cuenta_id
        with database.writing() as s:
            rows = [Empleador(ruc=ruc, nombre="EMPRESA DE PRUEBA S.A.", tipo="privada") for ruc in rucs]
            s.add_all(rows)
            s.flush()
            s.add_all(Sucursal(empleador_id=row.id, codigo=1) for row in rows)
            self.ids = [row.id for row in rows]

    def send(self, who: int, codigo: str, texts: list[str]) -> int:
        contenido = "".join(text.replace("{ruc}", self.rucs[who]) + "\r\n" for text in texts).encode()
        envio = Envio(self.ids[who], self.cuenta_id, codigo, "a.txt", contenido, registrar_automaticamente=True)
        return receive(self.database, envio, HOY, clock.now(), 1_000_000).lote_id

    def decide_all(self) -> list[int]:
        """A person lets the good lines of what is not clean be registered; gives the lotes in the order of it."""
        open_ones = [x.id for x in self.lotes() if x.estado == "revisado" and x.correctas]
        for lote_id in open_ones:
            decide(self.database, lote_id, "registrar", self.cuenta_id, clock.now())
        return open_ones

    def lotes(self) -> list[Lote]:
        with self.database.reading() as s:
            return list(s.scalars(select(Lote).where(Lote.empleador_id.in_(self.ids)).order_by(Lote.id)))

    def left_behind(self) -> dict[str, Any]:
        """Lotes are called by their place in the order they were sent."""
        lotes = self.lotes()
        place = {x.id: n for n, x in enumerate(lotes)}

        def plain(row: Any, names: tuple[str, ...]) -> tuple:
            values = {name: getattr(row, name) for name in names}
            called = {name: place.get(values[name]) for name in values if name.endswith("lote_id")}
            return tuple((values | called).values())

        with self.database.reading() as s:
            mine = {t: s.scalars(select(t).where(t.empleador_id.in_(self.ids))).all() for t in (Relacion, Novedad)}
            months = s.scalars(select(ResumenMes).where(ResumenMes.empleador_id.in_(self.ids))).all()
            said = s.scalars(select(Problema).where(Problema.lote_id.in_(place))).all()
            about = {n.id: place[n.lote_id] for n in mine[Novedad]}
            moves = s.scalars(select(LoteCambio).where(LoteCambio.lote_id.in_(place)).order_by(LoteCambio.id)).all()
        relaciones = {r.id: (self.ids.index(r.empleador_id), *plain(r, RELACION)) for r in mine[Relacion]}
        return {
            "relaciones": sorted(relaciones.values(), key=str),
            "novedades": sorted(((plain(n, NOVEDAD), relaciones[n.relacion_id]) for n in mine[Novedad]), key=str),
            "problemas": sorted((self.told(p, place, about) for p in said), key=str),
            "lotes": [plain(x, tuple(sorted(OWN))) for x in lotes],
            "cambios": sorted((place[c.lote_id], c.a) for c in moves if c.a != "en_cola"),
            "resumen": sorted((self.ids.index(m.empleador_id), m.periodo, m.personas, m.planilla) for m in months),
        }

    def told(self, p: Problema, place: dict[int, int], about: dict[int, int]) -> tuple:
        otra = about[p.novedad_id] if p.novedad_id else p.otra
        return (place[p.lote_id], p.linea, p.campo, p.codigo, p.nivel, p.valor, otra)
