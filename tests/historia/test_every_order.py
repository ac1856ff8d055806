"""Random lotes of all movements, sent, checked, decided, registered, repeated and annulled in any order: after each
step the portal's history is the one of a simple model that looks at one line at a time, on both databases."""

from __future__ import annotations

import itertools
from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from portal.files.columns import Contexto
from portal.historia import snapshot
from portal.lotes.entrada.receive import Envio, Recibo, receive, receive_again
from portal.lotes.trabajo.annul import AnnulRefused, Pedido, annul, ask
from portal.lotes.trabajo.check import check
from portal.lotes.trabajo.decide import decide
from portal.lotes.trabajo.register import register
from portal.modelos import Afiliado, Cuenta, Empleador, Sucursal
from portal.novedades import todas
from portal.novedades.ejemplos import good_line
from tests.columns.test_columns_law import with_check_digit
from tests.historia import seen
from tests.historia.book import Anulacion, Book, Lote
from tests.historia.lines import BEFORE, CEDULAS, FOREIGNER, HOY, MOVIMIENTOS, PLACES, Place, Scene, Stay, Writer
from tests.historia.model import could_have_come_about
from tests.laws import law
from tests.lotes.conftest import make_config
from tests.revision.reference import Rel

NUMBERS = itertools.count(1)
SEEDS = st.integers(0, 2**32 - 1)
START = datetime.fromisoformat("2026-11-10T14:00:00")
LONG_AGO = HOY - timedelta(400)
JOBS = {"check": check, "register": register, "annul": annul}
HAPPENS = ["two_files_cross"] * 3 + ["a_file_goes_all_the_way"] * 3 + ["a_file_is_sent"] * 6
HAPPENS += ["lotes_are_decided"] * 4 + ["something_is_to_be_annulled"] * 4 + ["something_is_annulled"]
HAPPENS += ["some_leave_after_an_annulment"] * 3 + ["a_worker_takes_any_job"] * 6
HAPPENS += ["the_same_bytes_are_sent_again"] + ["a_lote_is_checked_anew"] * 2
OTHERS = [codigo for codigo in MOVIMIENTOS if codigo not in ("ENT", "SAL")]
Job = tuple[str, Lote | Anulacion]


class EveryOrder(RuleBasedStateMachine):
    """One empleador of its own in a database that all examples share."""

    def __init__(self, database, config, cuenta_id):
        super().__init__()
        self.database, self.config, self.cuenta_id = database, config, cuenta_id
        self.ruc = with_check_digit(f"17{next(NUMBERS):07d}") + "001"
        with database.writing() as s:
            empleador = Empleador(ruc=self.ruc, nombre="EMPRESA DE PRUEBA S.A.", tipo="privada")
            s.add(empleador)
            s.flush()
            s.add_all([Sucursal(empleador_id=empleador.id, codigo=c) for c in (1, 9)])
            self.empleador_id = empleador.id
        self.book, self.moment, self.met = Book(self.context), 0, Counter()

    def context(self, hoy: date) -> Contexto:
        ctx = Contexto(self.ruc, hoy, frozenset({1, 9}), extranjeros=lambda ns: {int(FOREIGNER)} & set(ns))
        ctx.meet([int(FOREIGNER)])
        return ctx

    def clock(self) -> datetime:
        """No two moments are the same."""
        self.moment += 1
        return START + timedelta(seconds=self.moment)

    @initialize(seed=SEEDS)
    def some_were_hired_long_ago(self, seed):
        when = {"fecha_ingreso": f"{LONG_AGO:%Y%m%d}", "fecha_registro": f"{LONG_AGO:%Y%m%d}"}
        workers = Random(seed).sample(CEDULAS, k=2)
        texts = [";".join(good_line(todas()["ENT"], LONG_AGO, self.ruc, "0001", c, **when)) for c in workers]
        self.arrive("ENT", texts, LONG_AGO, auto=True)
        self.finish(Random(seed))

    @rule(what=st.sampled_from(HAPPENS), seed=SEEDS)
    def something_happens(self, what, seed):
        self.met[seed] += 1  # numbers come again and again; what is made of them shall not
        getattr(self, what)(Random(seed * 1_000 + self.met[seed]))

    # --- what people do ---

    def a_file_goes_all_the_way(self, chance, codigo=None):
        lote = self.send(chance, auto=False, codigo=codigo)
        self.finish(chance)
        if lote.estado == "revisado":
            self.say(lote, "registrar")
            self.finish(chance)

    def two_files_cross(self, chance):
        """Both are checked before either is registered."""
        writer = Writer(chance, self.scene(HOY))
        codigo = chance.choice([writer.movimiento(), writer.movimiento(), "MND"])
        lotes = [self.arrive(codigo, writer.file(codigo), HOY, auto=False) for _ in range(2)]
        self.finish(chance)
        for lote in lotes:
            if lote.estado == "revisado":
                self.say(lote, "registrar")
        self.finish(chance)

    def a_file_is_sent(self, chance):
        self.send(chance, auto=chance.random() < 0.3)

    def the_same_bytes_are_sent_again(self, chance):
        old = chance.choice(list(self.book.lotes.values()))
        self.arrive(old.movimiento, old.texts, HOY, auto=False)

    def a_lote_is_checked_anew(self, chance):
        old = chance.choice(list(self.book.lotes.values()))
        wanted = self.book.standing(old.movimiento, old.texts)
        gives_up = old.estado == "revisado" and wanted in (None, old)
        recibo = receive_again(self.database, old.id, self.cuenta_id, HOY, self.clock())
        if gives_up:
            self.book.decide(old, "desistir", self.moment)
            wanted = None
        self.arrived(recibo, wanted, old.movimiento, old.texts, HOY, auto=False)

    def lotes_are_decided(self, chance):
        for lote in chance.sample(list(self.book.lotes.values()), k=len(self.book.lotes)):
            if lote.estado == "revisado" and chance.random() < 0.6:
                self.say(lote, chance.choice(["registrar"] * 6 + ["desistir"]))

    def something_is_to_be_annulled(self, chance):
        lotes = list(self.book.lotes.values())
        of = chance.choice([("SAL",), ("ENT", "SAL"), OTHERS, OTHERS])
        live = [x for x in lotes if x.movimiento in of and self.book.chosen(x, None)]
        lote = chance.choice(live or lotes)
        some = chance.sample([n for n, _ in lote.lines], k=chance.randint(0, min(2, len(lote.texts))))
        left = [f.linea for f in self.book.chosen(lote, None)]
        self.want_annulled(lote, chance.choice([None, some, left[:1], left[-2:]]))

    def something_is_annulled(self, chance):
        self.something_is_to_be_annulled(chance)
        self.finish(chance)

    def some_leave_after_an_annulment(self, chance):
        """What was annulled does not hold them back."""
        self.something_is_annulled(chance)
        self.a_file_goes_all_the_way(chance, "SAL")

    # --- what workers do ---

    def a_worker_takes_any_job(self, chance):
        if jobs := self.jobs():
            self.work(*chance.choice(jobs))

    def finish(self, chance):
        """Workers try this and that until all is done."""
        while jobs := self.jobs():
            assert any(self.has_its_turn(*job) for job in jobs), "everybody waits for somebody"
            self.work(*chance.choice(jobs))

    # --- what has to hold ---

    @invariant()
    def both_histories_are_equal(self):
        with self.database.reading() as session:
            found = seen.portal(session, self.empleador_id)
        expected = seen.expected(self.book, HOY)
        for lote in self.book.lotes.values():
            for said in (found["problems"], expected["problems"]):
                said[lote.id] = seen.without_chance(lote, said[lote.id])
        for what in expected:
            assert found[what] == expected[what], (what, seen.difference(found[what], expected[what]))

    def teardown(self):
        self.finish(Random(0))
        self.both_histories_are_equal()
        assert could_have_come_about(self.book.history.live())

    # --- steps ---

    def send(self, chance: Random, auto: bool, codigo: str | None = None) -> Lote:
        writer = Writer(chance, self.scene(chance.choice([HOY] * 6 + [BEFORE])))
        codigo = codigo or writer.movimiento()
        return self.arrive(codigo, writer.file(codigo), writer.scene.hoy, auto)

    def scene(self, hoy: date) -> Scene:
        history, texts = self.book.history, {x.id: x.texts for x in self.book.lotes.values()}
        rels = [(place_of(rel), rel) for rel in history.rels() if place_of(rel) in PLACES]
        left = {place: rel.salida + timedelta(1) for place, rel in rels if rel.salida}
        there = {place: rel for place, rel in rels if rel.salida is None}
        return Scene(
            self.ruc,
            hoy,
            stays=[Stay(place, rel.ingreso, rel.salida) for place, rel in rels],
            free=[Stay(place, left.get(place, date.min)) for place in PLACES if place not in there],
            leaving=[Stay(place, max(rel.ingreso, first_day(rel.ultimo))) for place, rel in there.items()],
            registered=[(f.movimiento, texts[f.lote][f.linea - 1]) for f in history.live()],
        )

    def arrive(self, codigo, texts, hoy, auto) -> Lote:
        wanted = self.book.standing(codigo, texts)
        contenido = "".join(text + "\r\n" for text in texts).encode()
        envio = Envio(self.empleador_id, self.cuenta_id, codigo, "a.txt", contenido, auto)
        recibo = receive(self.database, envio, hoy, self.clock(), self.config.max_bytes)
        return self.arrived(recibo, wanted, codigo, texts, hoy, auto)

    def arrived(self, recibo: Recibo, wanted, codigo, texts, hoy, auto) -> Lote:
        assert recibo.nuevo is (wanted is None)
        if wanted:
            assert recibo.lote_id == wanted.id
            return wanted
        lote = Lote(recibo.lote_id, codigo, tuple(texts), hoy, auto, self.moment)
        self.book.lotes[lote.id] = lote
        return lote

    def say(self, lote: Lote, decision: str) -> None:
        if decision == "registrar" and not lote.correct:
            with pytest.raises(ValueError):
                decide(self.database, lote.id, decision, self.cuenta_id, self.clock())
            return
        assert decide(self.database, lote.id, decision, self.cuenta_id, self.clock())
        self.book.decide(lote, decision, self.moment)

    def want_annulled(self, lote: Lote, lineas: list[int] | None) -> None:
        waiting = next((a.id for a in self.book.waiting() if a.lote is lote), None)
        refused = "" if waiting else self.book.refusal(lote, lineas)
        try:
            row = ask(self.database, Pedido(lote.id, self.cuenta_id, "Enviado por error", lineas), HOY, self.clock())
        except AnnulRefused as refusal:
            assert refusal.codigo == refused
            return
        assert not refused and waiting in (None, row.id)
        if not waiting:
            self.book.anulaciones[row.id] = Anulacion(row.id, lote, lineas, self.moment)

    def jobs(self) -> list[Job]:
        names = {"recibido": "check", "registrando": "register"}
        lotes = [(names[x.estado], x) for x in self.book.lotes.values() if x.estado in names]
        return lotes + [("annul", a) for a in self.book.waiting()]

    def has_its_turn(self, job: str, of: Lote | Anulacion) -> bool:
        if job == "check":
            return self.book.may_check(of)
        return self.book.may_change(of.asked if job == "annul" else of.decided)

    def work(self, job: str, of: Lote | Anulacion) -> None:
        turn = self.has_its_turn(job, of)
        got = JOBS[job](self.database, self.config, of.id, self.clock)
        more = (self.moment,) if job == "check" else ()
        assert got == (getattr(self.book, job)(of, *more) if turn else None), job


def place_of(rel: Rel) -> Place:
    return f"{rel.sucursal:04d}", f"{rel.cedula:010d}"


def first_day(periodo: int | None) -> date:
    return date(periodo // 100, periodo % 100, 1) if periodo else date.min


def run(database, tmp_path, rounds: int, examples: int, steps: int) -> None:
    """Several short runs: a long one is for the most part made of copies of what it did before."""
    config = make_config(tmp_path, tramo_registro=3, tramo_lineas=4)
    with database.writing() as s:
        cuenta = Cuenta(identificacion="1712345674", nombre="Ana", rol="empleador", clave_hash="x")
        s.add_all([cuenta, Afiliado(cedula=int(FOREIGNER), extranjero=True)])
        s.flush()
        cuenta_id = cuenta.id
    how = law(examples, stateful_step_count=steps, print_blob=False)
    for number in range(rounds):

        def order() -> EveryOrder:
            return EveryOrder(database, config, cuenta_id)

        order.__name__ = f"order_{number}"  # the examples follow from the name: each round has its own
        run_state_machine_as_test(order, settings=how)


@pytest.fixture(autouse=True)
def read_at_once(monkeypatch):
    """Files of more than two lines have the whole history read, in pages of three rows, where it is short enough."""
    monkeypatch.setattr(snapshot, "MANY", 2)
    monkeypatch.setattr(snapshot, "PAGE", 3)


@pytest.mark.slow
def test_the_history_is_the_one_of_the_model_after_each_step(database, tmp_path):
    run(database, tmp_path, rounds=2, examples=3, steps=20)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_history_is_the_one_of_the_model_in_a_few_orders(database, tmp_path):
    run(database, tmp_path, rounds=1, examples=2, steps=8)
