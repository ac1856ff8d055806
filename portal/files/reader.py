"""From the bytes a person sent to numbered lines of text, ready to be split into columns.

polars reads raw lines (a separator that cannot occur, no quoting), so line numbers are those of the file and blank
lines are seen. A chunk ends at a line end, and bounds the memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from portal.files import first, marker, quotes, separators
from portal.files.books import sheet
from portal.files.encodings.census import BLOCK, LineIndex
from portal.files.encodings.decoding import Texto, decode, reread
from portal.files.packed.containers import unpack
from portal.files.problems import FileProblem
from portal.files.tables import aside
from portal.files.tables.headings import ROWS, Formato
from portal.files.tables.layout import Apartada, Disposicion, Lectura
from portal.files.tables.locate import SAMPLE, Lugar, Pregunta, Row, columns_told, locate, sent_back, unused
from portal.files.understood import THIN, Entendido, count

__all__ = ["Entendido", "Formato", "Lectura", "Limites", "Tabla", "open_table"]

NEVER = "\x01"  # control characters were replaced when the text was decoded
MAX_LINE = 2 * BLOCK
COUNTING = 1 << 16
CEDULA = 5  # its place in the format, from 0
NOTHING_KNOWN = Lectura()
EMPTY = pl.DataFrame(schema={"linea": pl.UInt32, "texto": pl.String})


@dataclass(frozen=True)
class Limites:
    """The most a file may be: bytes once unpacked, lines with data."""

    max_bytes: int
    max_lineas: int


@dataclass(frozen=True)
class _Trato:
    """How the lines of this text are treated: what splits them, what must be undone in them, and in which order its
    columns stand."""

    separador: str
    con_comillas: bool
    con_marca: bool
    disposicion: Disposicion | None = None

    @property
    def cortado(self) -> str:
        """What splits a line once quotes are undone."""
        return separators.SHEET if self.con_comillas else self.separador

    @property
    def salida(self) -> str:
        return separators.SHEET if self.disposicion else self.cortado

    def rows(self, lines: pl.DataFrame) -> pl.DataFrame:
        """The same lines, unquoted, cut before the marker, blank ones left out."""
        texts = lines["texto"]
        if self.con_comillas:
            texts = quotes.unquote(texts, self.separador)
        if self.con_marca:
            texts = marker.cut(texts, self.cortado)
        filled = texts.str.strip_chars(f"{self.cortado} \t") != ""
        return lines.with_columns(texts).filter(filled.fill_null(False))

    def lines(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows as lines of the format."""
        if self.disposicion is None:
            return rows
        return rows.with_columns(self.disposicion.apply(rows["texto"], self.cortado))


@dataclass(frozen=True)
class _Inicio:
    """What stands before the data: up to which line (0: nothing), and whether that is the header, the hint of what
    separates the fields, or both. `titulos`: the headings, where they may come again."""

    lineas: int
    encabezado: bool
    pista: bool
    titulos: tuple[str, ...] = ()


class Tabla:
    """The lines of one file. `separador` is the one character that splits `texto`; `lineas` counts those with data,
    `dudosas` are the numbers of those (in order) that may be read in two ways, `apartadas` the rows below its beginning
    that are no lines, `pregunta` what would be asked of its columns where somebody disagrees."""

    def __init__(self, texto: Texto, trato: _Trato, inicio: _Inicio) -> None:
        self._index = LineIndex(texto.cuerpo, texto.censo.per_block)
        self._trato = trato
        self._inicio = inicio
        self.separador = trato.salida
        self.dudosas = texto.dudosas
        self._whole = self._is_whole(texto)
        self._fuera: pl.Series | None = None
        looked_at = not trato.con_marca and (trato.disposicion or self._wordy_below(texto))
        self.apartadas = self._survey() if looked_at else []
        self._fuera = pl.Series([row.fila for row in self.apartadas], dtype=pl.UInt32) if self.apartadas else None
        there = self._index.total - inicio.lineas if self._whole else self._count()
        self.lineas = there - len(self.apartadas) if self._whole else there
        self.entendido: Entendido
        self.pregunta: Pregunta | None = None

    def chunks(self, filas: int, desde: int = 0) -> Iterator[pl.DataFrame]:
        """Frames of `linea` (UInt32, in the file as sent, the first is 1; rows of a sheet likewise) and `texto`.

        Each holds the data lines among `filas` lines of the file, those numbered above `desde` only. Blank lines, the
        header and rows that are no lines are left out and keep their numbers. Never an empty frame.
        """
        for start in range(max(desde, self._inicio.lineas), self._index.total, max(1, filas)):
            chunk = self._lines(start, min(start + max(1, filas), self._index.total))
            if chunk.height:
                yield chunk
            del chunk  # frees it before the next one is read

    def _lines(self, start: int, stop: int) -> pl.DataFrame:
        rows = self._rows(start, stop)
        if self._fuera is not None:
            rows = rows.filter(~pl.col("linea").is_in(self._fuera.implode()))
        return self._trato.lines(rows)

    def _rows(self, start: int, stop: int) -> pl.DataFrame:
        lines = self._raw(start, stop)
        return lines if self._whole else self._trato.rows(lines)

    def _raw(self, start: int, stop: int) -> pl.DataFrame:
        piece = self._index.piece(start, stop)
        lines = pl.read_csv(
            piece,
            separator=NEVER,
            has_header=False,
            quote_char=None,
            infer_schema=False,
            raise_if_empty=False,
            new_columns=["texto"],
        )
        if lines.height != stop - start:
            raise RuntimeError(f"lines {start} to {stop} came out as {lines.height}")  # never a wrong line number
        return lines.with_row_index("linea", offset=start + 1)

    def _is_whole(self, texto: Texto) -> bool:
        """Whether every line after the header is data as it stands: no quotes, no marker, none that may be blank (a
        blank line begins with its end, a blank or a separator), and its columns those of the format."""
        blankish = f"\r\n\t {self._trato.separador}".encode()
        odd = self._trato.con_comillas or self._trato.con_marca or self._trato.disposicion
        return not (odd or set(blankish) & texto.censo.firsts)

    @property
    def lectura(self) -> dict[str, Any] | None:
        """By what its columns are read, in plain values; None where they are those of the format."""
        found = self._trato.disposicion
        return {"columnas": found.columnas(), "dados": found.dados()} if found else None

    def _wordy_below(self, texto: Texto) -> bool:
        """Whether there are headings, and below them lines that begin with no digit: no line of a batch file does."""
        above = self._index.piece(0, self._inicio.lineas).split(b"\n")[: self._inicio.lineas]
        return self._inicio.encabezado and texto.censo.not_by_digits > sum(
            not line[:1].isdigit() for line in above if line
        )

    def _survey(self) -> list[Apartada]:
        """The rows below the headings that are no lines."""
        cedula = self._trato.disposicion.fuentes[CEDULA] if self._trato.disposicion else CEDULA
        if not isinstance(cedula, int):
            return []
        last, nameless = 0, []
        for start in range(self._inicio.lineas, self._index.total, COUNTING):
            rows = self._rows(start, min(start + COUNTING, self._index.total))
            if self._trato.disposicion:
                without = aside.nameless(rows, self._trato.cortado, cedula)
            else:  # a line of a batch file begins with its RUC: one look at its first character is enough
                without = aside.nameless(aside.wordy(rows), self._trato.cortado, cedula)
            nameless.append(without)
            last = aside.last_but(rows["linea"], without["linea"]) or last
        found = pl.concat([EMPTY, *nameless])
        return list(aside.judge(found, self._trato.cortado, cedula, self._inicio.titulos, last))

    def _count(self) -> int:
        return sum(chunk.height for chunk in self.chunks(COUNTING))


def _still() -> None:
    """A heartbeat without effect."""


def open_table(
    contenido: bytes,
    nombre: str,
    formato: Formato,
    limites: Limites,
    beat: Callable[[], None] = _still,
    lectura: Lectura = NOTHING_KNOWN,
) -> Tabla:
    """The table in what a person sent under the name `nombre`: text or workbook, plain or in an archive.

    `beat` is called between pieces of the reading, many times a second: a workbook may take half a minute. `lectura`:
    what is known of its columns before. Raises FileProblem with the code and data of the fault (ColumnasProblem where a
    person has to say which column is which); any bytes whatever give a table or a FileProblem.
    """
    paquete = unpack(nombre, contenido, limites.max_bytes, lambda _: beat())
    hoja = None
    if paquete.contenido.startswith(b"PK\x03\x04"):
        hoja = sheet.read(paquete.contenido, formato, limites.max_bytes, beat)
        texto = reread(hoja.texto)
    else:
        texto = decode(paquete.contenido)
    tabla, lugar, above = _table(texto, formato, limites, hoja, lectura)
    notas = paquete.notas + texto.notas + (HINT_NOTE if tabla._inicio.pista else ())
    tabla.pregunta = lugar.pregunta
    tabla.entendido = Entendido(
        contenedor=paquete.contenedor,
        codificacion=texto.codificacion,
        separador=separators.SHEET_NAME if hoja else separators.NAMES[tabla._trato.separador],
        encabezado=tabla._inicio.encabezado,
        devuelto=tabla._trato.con_marca,
        devuelto_de=marker.origin(first.sample(texto.cuerpo), tabla._trato.separador) if tabla._trato.con_marca else "",
        fin_de_linea=texto.fin_de_linea,
        lineas=tabla.lineas,
        hoja=hoja.nombre if hoja else "",
        columna=hoja.columna if hoja else 1,
        notas=notas + _blank_note(tabla, len(above)),
        dudas=texto.dudas,
        apartadas=tuple(row.as_dict() for row in [*above, *tabla.apartadas]),
        columnas=columns_told(lugar, hoja.columna if hoja else 1),
        sin_usar=tuple(unused(lugar)),
    )
    return tabla


def _table(
    texto: Texto, formato: Formato, limites: Limites, hoja: sheet.Hoja | None, lectura: Lectura
) -> tuple[Tabla, Lugar, list[Apartada]]:
    """The table, where in the file it is, and the rows above it that are no lines."""
    index = LineIndex(texto.cuerpo, texto.censo.per_block)
    if (long := index.first_over(MAX_LINE)) is not None:
        raise FileProblem("ARC-13", linea=long + 1, maximo=_figure(MAX_LINE))
    pista = separators.has_hint(texto.cuerpo)
    begin = index.offset(int(pista))
    sample = first.sample(texto.cuerpo, begin)
    if not sample:
        raise FileProblem("ARC-01")
    separador = (hoja.separador if hoja else "") or separators.detect(sample, len(formato.campos), formato.opcionales)
    trato = _treatment(texto.cuerpo, separador)
    rows = first.rows(texto.cuerpo, trato.separador, trato.con_comillas, begin, 1 if trato.con_marca else ROWS + SAMPLE)
    lugar = _locate(rows, formato, trato, hoja, lectura)
    titulos = lugar.encabezado.titulos if lugar.encabezado else ()
    inicio = _Inicio(lugar.fila or int(pista), lugar.encabezado is not None, pista, titulos)
    tabla = Tabla(texto, replace(trato, disposicion=lugar.disposicion), inicio)
    if tabla.lineas == 0:
        raise FileProblem("ARC-10" if inicio.encabezado else "ARC-01")
    if tabla.lineas > limites.max_lineas:
        raise FileProblem("ARC-05", lineas=_figure(tabla.lineas), maximo=_figure(limites.max_lineas))
    until = lugar.fila if inicio.encabezado else lugar.fila + 1
    return tabla, lugar, list(aside.titles(rows, until))


def _locate(rows: list[Row], formato: Formato, trato: _Trato, hoja: sheet.Hoja | None, lectura: Lectura) -> Lugar:
    if trato.con_marca:
        return sent_back(rows[0], formato)
    return locate(rows, formato, lectura, hoja.columna if hoja else 1)


def _treatment(cuerpo: bytes, separador: str) -> _Trato:
    quoted = separador != separators.SHEET and quotes.are_used(cuerpo, separador)
    return _Trato(separador, quoted, marker.is_used(cuerpo, separador))


HINT_NOTE = ("La primera línea, «sep=», solo dice cómo se separan los campos: no se cuenta.",)


def _blank_note(tabla: Tabla, above: int) -> tuple[str, ...]:
    others = above + len(tabla.apartadas) + tabla._inicio.encabezado + tabla._inicio.pista
    blank = tabla._index.total - tabla.lineas - others
    return (f"{count(blank, 'línea en blanco', 'líneas en blanco')}: no se cuentan.",) if blank else ()


def _figure(number: int) -> str:
    return f"{number:,}".replace(",", THIN)
