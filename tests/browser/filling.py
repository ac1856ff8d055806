"""The lotes and annulments of the world (world.py), in every state a page can be in."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import demo
from portal.lotes.entrada.receive import mark_queued
from portal.modelos import Anulacion, Lote

from .attended import attend
from .complaints import complaints
from .office import HOY, MANY, CutShort, OwnFault, World, cedulas, lines

#: an account whose empleador has nothing yet, and one that may act for nobody any longer
NEW, FORMER = cedulas(960, 2)


def fill(world: World) -> None:
    """The demonstration's data, and a lote in every state a page can be in."""
    world.account(NEW, "Inés Demostración", "1799000012001", "EMPRESA NUEVA DE DEMOSTRACIÓN S.A.S.")
    world.account(FORMER, "Olga Demostración")
    matriz = list(demo.PATRONOS[0].trabajadores[1])
    with world.database.reading() as session:
        waiting = select(Lote.numero).where(Lote.estado == "revisado")
        world.lotes["revisado"] = session.scalars(waiting).one()
    _finished(world, matriz)
    _unfinished(world, matriz)
    attend(world)
    complaints(world)


def _finished(world: World, matriz: list[str]) -> None:
    raises = [*lines("MSU", matriz[1:], sueldo="655.00"), *lines("MSU", matriz[:1], sueldo="450.00")]
    world.check(world.send("correcto", "MSU", "sueldos-noviembre.txt", raises))
    known = lines("INS", [*matriz, matriz[0]], valor="42.10")
    mixed = world.send("registrado", "INS", "extras-noviembre.csv", [*known, *lines("INS", cedulas(1, 2))])
    world.check(mixed)
    world.register(mixed)
    hires = world.send("comprobante-largo", "ENT", "temporada.txt", _hires(cedulas(500, 60)))
    world.check(hires)
    world.register(hires)
    world.check(world.send("con-errores", "INS", "extras-sucursal-norte.txt", _all_kinds_of_errors(matriz)))
    world.check(world.send("rechazado", "INS", "sueldos.txt", lines("MSU", matriz, sueldo="700.00")))
    given_up = world.send("desistido", "INS", "extras-bodega.txt", lines("INS", _bodega(), "0009", valor="10.00"))
    world.check(given_up)
    world.desist(given_up)
    _nothing_to_register(world, matriz)
    _annulled(world, matriz)


def _sheets(world: World, matriz: list[str]) -> None:
    """A sheet of an office whose headings say all, and one whose columns nobody can tell."""
    titles = ["EMPRESA DE DEMOSTRACIÓN", "ROL DE HORAS EXTRAS"]
    rows = [f"{n};APELLIDO NOMBRE {n};{one};2{n}.50;2026;11;1" for n, one in enumerate(matriz[:4], 1)]
    below = [";TOTAL;;98.00", "Elaborado por: Contabilidad"]
    known = [*titles, "No.;Apellidos y nombres;Cédula;Valor (USD);Año;Mes;Sucursal", *rows, *below]
    world.check(world.send("hoja", "INS", "rol-de-extras.csv", known))
    unknown = [*titles, "ítem;persona;clave única;monto USD", *(row.rsplit(";", 3)[0] for row in rows)]
    world.check(world.send("sin-columnas", "INS", "extras-bodega-central.csv", unknown))


def _nothing_to_register(world: World, matriz: list[str]) -> None:
    """All is registered already; all is wrong; nothing but a header came."""
    world.check(world.send("ya-estaba", "INS", "extras-otra-vez.txt", lines("INS", matriz[:3], valor="42.10")))
    world.check(world.send("solo-errores", "INS", "extras-ajenas.txt", lines("INS", cedulas(200, 2))))
    _sheets(world, matriz)
    world.check(
        world.send("ilegible", "INS", "solo-titulos.txt", ["ruc;sucursal;anio;mes;movimiento;cedula;valor;causa"])
    )


def _annulled(world: World, matriz: list[str]) -> None:
    """A raise that was somebody else's, and a hire of somebody who never came."""
    sent = {"anulado": lines("MSU", matriz[:1], sueldo="720.00"), "nunca-vino": lines("ENT", cedulas(900, 1))}
    for name, rows in sent.items():
        lote = world.send(name, rows[0].split(";")[4], f"{name}.txt", rows)
        world.check(lote)
        world.register(lote)
        world.annul(f"anulacion-{name}", lote, "Era de otro trabajador")
    _going_back(world)


def _going_back(world: World) -> None:
    """Lines that were correct when they were checked, some annulled since; hires on which raises rest; an annulment
    that came too late; errors that an undecided hire would put right."""
    season, newest = cedulas(500, 60), cedulas(700, 2)
    hires = world.id_of("comprobante-largo")
    first = world.send("comisiones", "INS", "comisiones.txt", lines("INS", season[10:12], valor="12.00"))
    late = world.send("tarde", "INS", "comisiones-todas.txt", lines("INS", season[10:16], valor="12.00"))
    for lote in (first, late):
        world.check(lote)
    for lote in (first, late):
        world.register(lote)
    world.annul("anulacion-parte", late, "No cobraron comisiones en noviembre", [4, 5])
    raises = world.send("sueldos", "MSU", "sueldos-temporada.txt", lines("MSU", season[:3], sueldo="510.00"))
    world.check(raises)
    world.decide(raises)
    refused = world.ask("anulacion-negada", hires, "No vinieron a trabajar", [1, 2, 3, 4])
    world.register(raises)
    world.annul_asked(refused)
    _annulment_failed(world, season[30:34])
    world.check(world.send("espera", "ENT", "altas-noviembre.txt", _hires(newest)))
    world.check(world.send("depende", "INS", "extras-altas.txt", lines("INS", [*newest, season[20]], valor="9.00")))


def _annulment_failed(world: World, people: list[str]) -> None:
    """Stopped by a fault of our own; another lote, whose annulment will be under way."""
    sent = {"sin-comision": lines("INS", people[:2], valor="7.00"), "dos-veces": lines("INS", people[2:], valor="7.00")}
    for name, rows in sent.items():
        lote = world.send(name, "INS", f"{name}.txt", rows)
        world.check(lote)
        world.register(lote)
    failed = world.ask("anulacion-fallida", world.id_of("sin-comision"), "Se pagaron en diciembre")
    world.annul_asked(failed, 2, OwnFault())
    world.lose(Anulacion, failed, intentos=world.config.reintentos)  # so it holds up nobody's turn


def _all_kinds_of_errors(matriz: list[str]) -> list[str]:
    """More than a page of errors, a few codes, a line registered before and one that is twice there."""
    unknown, bodega = lines("INS", cedulas(100, 52)), lines("INS", _bodega(), "0009", valor="18.00")
    unreadable = [line.replace("18.00", wrong) for line, wrong in zip(bodega, ("12o.00", "18,0,0", ""), strict=True)]
    return [*unknown, *unreadable, unknown[0][:-2], *lines("INS", matriz[:2], valor="42.10"), bodega[0], bodega[0]]


def _bodega() -> list[str]:
    return list(demo.PATRONOS[0].trabajadores[9])


def _unfinished(world: World, matriz: list[str]) -> None:
    large = lines("INS", cedulas(1_000, MANY))
    failed = world.send("fallido", "INS", "extras-region-sierra.txt", large[20:])
    world.check(failed, 3, OwnFault())
    world.lose(Lote, failed, intentos=world.config.reintentos)  # so it holds up nobody's turn
    hires = world.send("registrando", "ENT", "contratos-temporada.txt", _hires(cedulas(5_000, MANY)))
    world.check(hires)
    halfway = world.send("revisando", "INS", "extras-nacional.txt", large)
    world.check(halfway, 4, CutShort())
    world.lose(Lote, halfway)
    world.register(hires, 3, CutShort())
    queued = world.send("en_cola", "INS", "extras-bodega-2.txt", lines("INS", _bodega(), "0009", valor="15.75"))
    mark_queued(world.database, queued, world.reloj.ticking())
    world.send("recibido", "MSU", "sueldos-bodega.txt", lines("MSU", matriz, sueldo="710.00"))
    world.ask("anulacion-pedida", world.id_of("tarde"), "No cobró comisiones en noviembre", [6])
    under_way = world.ask("anulacion-en-curso", world.id_of("dos-veces"), "Se pagaron en diciembre")
    world.take(Anulacion, under_way)


def _hires(people: list[str]) -> list[str]:
    day = f"{HOY - timedelta(days=4):%Y%m%d}"
    return lines("ENT", people, fecha_ingreso=day, fecha_registro=day, sueldo="482.00")
