"""What the page of a lote says in each of its states. The view fills it; templates only lay it out.

It knows no database and no request, so that a test can build it. What needs counting or choosing between words is said
here; `lotes/estado/<state>.html` says where it goes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from portal import clock
from portal.files.problems import FileProblem
from portal.lotes.efectos_dichos import FilaPeriodo, Frase, count, number
from portal.lotes.trabajo.a_mano import Dicho as Reparo
from portal.lotes.vista.comparacion import Comparacion
from portal.lotes.vista.consulta import EN_ESPERA
from portal.lotes.vista.estado_dicho import sentence
from portal.lotes.vista.hoja.leido import Leido, read_as
from portal.lotes.vista.resultado import Grupo, Reparacion
from portal.modelos import Lote
from portal.novedades import Novedad

ANTERIORES = 3  # of the lotes that wait before this one, named
OF_LETTERS = "LET-01"
Suma = list[tuple[str, int | None]]


class Paso(NamedTuple):
    """One step of the way of a lote. `marca`: "ok", "doing" (the present one), "warning", "error" or "" (to come)."""

    nombre: str
    nota: str = ""
    marca: str = ""


class Anterior(NamedTuple):
    """A lote sent before, on which lines of this one may depend."""

    numero: str
    que: str
    espera: bool


@dataclass(frozen=True, kw_only=True)
class PaginaDeLote:
    """A lote with what its page needs beside it.

    `momentos`: state → when the lote came to it; `por_corregir`: lines registered in part that are left to be mended;
    `abrirlo_como`: the movement that a refused file is of; `no_puede`: why this account may not send that one;
    `senalada`: the line that an agent on the phone points at, 0 for none.
    """

    lote: Lote
    nov: Novedad
    momentos: Mapping[str, datetime]
    puede_decidir: bool = False
    por_corregir: int = 0
    delante: int = 0
    falta: timedelta | None = None
    falla: FileProblem | None = None
    abrirlo_como: Novedad | None = None
    no_puede: str = ""
    reparos: Sequence[Reparo] = ()
    antes: Sequence[Lote] = ()
    otra_vez: str | None = None
    efectos: Sequence[Frase] = ()
    periodos: tuple[Sequence[FilaPeriodo], int] = ((), 0)
    comparacion: Comparacion | None = None
    errores: Sequence[Grupo] = ()
    avisos: Sequence[Grupo] = ()
    avisos_aparte: Sequence[Grupo] = ()
    notas: Sequence[Grupo] = ()
    reparaciones: Sequence[Reparacion] = ()
    senalada: int = 0
    dicho: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dicho", sentence(self.lote))

    @property
    def estado_dicho(self) -> str:
        """The state as the title of the window has it."""
        return self.lote.estado.replace("_", " ")

    # --- the way so far ----------------------------------------------------------------------------------------------
    @property
    def pasos(self) -> list[Paso]:
        """Received, checked, decided, registered; and annulled, where it was."""
        steps = [Paso("Recibido", self._hora("recibido"), "ok"), self._checked(), self._decided(), self._registered()]
        return [*steps, Paso("Anulado", self._hora("anulado"), "ok")] if self.lote.estado == "anulado" else steps

    def _checked(self) -> Paso:
        estado = self.lote.estado
        if estado == "rechazado":
            return Paso("Rechazado", self._hora("rechazado"), "error")
        if "revisado" in self.momentos:
            return Paso("Revisado", self._hora("revisado"), "ok")
        if estado == "revisando":
            return Paso("En revisión", f"desde las {self._hora('revisando')}", "doing")
        return Paso("Revisar", "en espera" if estado in EN_ESPERA else "", "doing")

    def _decided(self) -> Paso:
        lote = self.lote
        if lote.estado == "revisado" and lote.no_se_registra:
            return Paso("Decidir", "no se registra", "doing")
        if lote.estado == "revisado" and lote.correctas:
            return Paso("Decidir", "le toca a usted" if self.puede_decidir else "le toca al titular", "doing")
        if lote.estado == "desistido":
            return Paso("Desistido", _hora(lote.decidido_en), "ok")
        return Paso("Decidido", _hora(lote.decidido_en), "ok") if lote.decidido_en else Paso("Decidir", "usted")

    def _registered(self) -> Paso:
        lote = self.lote
        if self.por_corregir:
            return Paso("Registrado en parte", _hora(lote.registrado_en), "warning")
        if lote.registrado_en:
            return Paso("Registrado", _hora(lote.registrado_en), "ok")
        return Paso("Registrando", marca="doing") if lote.estado == "registrando" else Paso("Registrado")

    def _hora(self, estado: str) -> str:
        return _hora(self.momentos[estado])

    @property
    def falta_dicho(self) -> str:
        """How long the check still takes: `2 segundos`."""
        return count(max(round(self.falta.total_seconds()), 1), "segundo", "segundos") if self.falta else ""

    @property
    def suma(self) -> tuple[Suma, tuple[str, int | None]]:
        """The parts of the file's lines, and all of them."""
        lote = self.lote
        good = "Registradas" if lote.estado in ("registrado", "anulado") else "Correctas"
        parts: Suma = [(good, lote.correctas), ("Con error", lote.con_error), ("Repetidas", lote.repetidas)]
        return [*parts, ("Ya registradas", lote.ya_registradas)], ("Líneas leídas", lote.leidas)

    # --- a file that was refused -------------------------------------------------------------------------------------
    @property
    def causa(self) -> str:
        """Why the whole file was refused, and that nothing of it was registered."""
        causa = self.falla.causa() if self.falla else ""
        return causa if "registr" in causa.lower() else f"{causa} Nada se registró."

    # --- how the file was read ---------------------------------------------------------------------------------------
    @property
    def leido(self) -> Leido:
        """How a sheet of an office was read; nothing of a file laid out as the format is."""
        return read_as(self.nov, self.lote.entendido)

    @property
    def puede_disentir(self) -> bool:
        """Whether this person may say what its columns are."""
        return bool(self.lote.pregunta) and self.puede_decidir

    # --- before the decision -----------------------------------------------------------------------------------------
    @property
    def se_decide(self) -> bool:
        """Whether there is something to decide here."""
        return bool(self.lote.correctas) and not self.lote.no_se_registra

    @property
    def nada_que_registrar(self) -> bool:
        """Checked, and nothing of it can be registered; that the portal's own sample cannot is said otherwise."""
        return not self.lote.correctas and not self.lote.no_se_registra

    @property
    def titulo_reparos(self) -> str:
        """The heading over why it does not register by itself, or not at all."""
        lote = self.lote
        if lote.no_se_registra:
            return "Este lote no se registra"
        by_itself = lote.registrar_automaticamente and not lote.con_error
        return "Pidió registrarlo automáticamente, y espera su decisión" if by_itself else "Antes de decidir"

    @property
    def anteriores(self) -> list[Anterior]:
        """The first of the lotes whose decision may put right what the history is to blame for here."""
        what = {True: "avisos de entrada", False: "avisos de salida"}
        return [
            Anterior(lote.numero, what[lote.movimiento == "ENT"], lote.estado == "revisado")
            for lote in self.antes[:ANTERIORES]
        ]

    @property
    def consejo_anteriores(self) -> str:
        """What to do about them."""
        one = len(self.antes) == 1
        first = "revise este de nuevo."
        if any(lote.estado == "revisado" for lote in self.antes):
            first = f"{'decídalo' if one else 'decídalos'} primero y luego {first}"
        return f"Si estas líneas dependen de {'él' if one else 'ellos'}, {first}"

    @property
    def letras_dudosas(self) -> int:
        """Lines that can be read in two ways."""
        return (self.lote.por_codigo or {}).get(OF_LETTERS, 0)

    @property
    def vence_hoy(self) -> str:
        """Of what today is the last day, and what to do: goes on after `Hoy vence el plazo`."""
        lines = (self.lote.efectos or {}).get("vencen_hoy", 0)
        if not lines:
            return ""
        mend = "corríjala y envíela" if lines == 1 else "corríjalas y envíelas"
        of = count(lines, "línea con error", "líneas con error")
        return f"de {of}: {mend} hoy. Desde mañana quedan fuera de plazo."

    @property
    def con_error_no_se_registran(self) -> str:
        """What becomes of the lines in error."""
        if self.lote.con_error == 1:
            return "La línea con error no se registra. Puede corregirla y enviarla después."
        lines = number(self.lote.con_error or 0)
        return f"Las {lines} líneas con error no se registran. Puede corregirlas y enviarlas después."

    @property
    def boton_registrar(self) -> str:
        """What pressing it registers."""
        lote = self.lote
        if lote.correctas == 1:
            return "Registrar la línea correcta"
        return (
            f"Registrar las {number(lote.correctas or 0)} {'líneas' if lote.correctas == lote.leidas else 'correctas'}"
        )

    # --- after it ----------------------------------------------------------------------------------------------------
    @property
    def cambiadas(self) -> str:
        """How many lines were correct when they were checked and not when they were registered."""
        lines = self.lote.cambiadas
        was = count(lines, "línea estaba correcta", "líneas estaban correctas")
        return f"{was} al revisar y ya no lo {'estaba' if lines == 1 else 'estaban'} al registrar:"

    @property
    def ver_cambiadas(self) -> str:
        """The words of the link to them."""
        return "Ver la línea" if self.lote.cambiadas == 1 else f"Ver las {number(self.lote.cambiadas)} líneas"

    @property
    def titulo_registrado(self) -> str:
        """What became of it."""
        done = self.lote.registradas
        if self.por_corregir:
            registered = count(done, "registrada", "registradas")
            return f"Quedó registrado en parte: {registered}, {number(self.por_corregir)} por corregir"
        return "Quedó registrado" if done else "No quedó nada por registrar"

    @property
    def como_corregir(self) -> str:
        """What to do about the lines that are left."""
        if self.por_corregir == 1:
            what = "La línea con error no se registró. Bájela, corríjala y envíela"
        else:
            what = "Las líneas con error no se registraron. Bájelas, corríjalas y envíelas"
        return f"{what}: el archivo se entiende tal como está."

    @property
    def puede_anular(self) -> bool:
        """Whether something of it still counts."""
        return self.puede_decidir and self.lote.registradas > self.lote.anuladas

    @property
    def puede_revisar_otra_vez(self) -> bool:
        """Whether the same file may be checked again as a lote of its own, which nobody did yet."""
        return self.puede_decidir and not self.otra_vez

    # --- the lines ---------------------------------------------------------------------------------------------------
    @property
    def bajar(self) -> str:
        """The words of the link to the lines in error."""
        if self.lote.con_error == 1:
            return "Bajar la línea con error"
        return f"Bajar las {number(self.lote.con_error or 0)} líneas con error"

    @property
    def hay_que_revisar(self) -> bool:
        """Whether something is left to be looked at that is no error."""
        return bool(self.avisos or self.notas or self.reparaciones)

    def abierto(self, grupo: Grupo) -> bool:
        """Whether the group's lines are shown at once: the first group's, and those that are pointed at."""
        return grupo is self.errores[0] or self.senalada in [dicho.linea for dicho in grupo.primeras]


def _hora(instant: datetime | None) -> str:
    return clock.written(instant) if instant else ""
