"""What a person sends: a plain file, or one inside .gz or .zip. Opened without ever holding more than the limit."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Protocol

from portal.files.packed import signatures
from portal.files.problems import FileProblem

WORKBOOKS = (".xlsx", ".xlsm")  # with macros, which nobody runs, or without
EXTENSIONES = (".txt", ".dat", ".csv", *WORKBOOKS, ".gz", ".zip")
MEGABYTE = 1_000_000
PIECE = 1 << 18
# The central directory of an honest archive is short; Python keeps about 600 bytes for each entry of a hostile one.
MAX_DIRECTORY = 1 << 18
ARCHIVE_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
)
OFFICE = (("xl/", ""), ("word/", "un documento de Word"), ("ppt/", "una presentación de PowerPoint"))
#: told of each piece that is unpacked, in bytes, before the next one: it may count them, show that somebody is at work,
#: or raise to end it
Tally = Callable[[int], None]
ENCRYPTED_WORKBOOK = "EncryptedPackage".encode("utf-16-le")


def uncounted(_: int) -> None:
    """A tally that does nothing."""


@dataclass(frozen=True)
class Paquete:
    """The one file that was sent. `contenedor` is "", "gz" or "zip"; `notas` are Spanish sentences for the sender."""

    contenido: bytes
    nombre_interno: str
    contenedor: str
    notas: tuple[str, ...] = ()


def extension(nombre: str) -> str:
    """The extension of a file name, in lower case with its dot; "" without one. Folders of any system are dropped."""
    base = re.split(r"[/\\]", nombre)[-1].strip().lower()
    return base[base.rindex(".") :] if "." in base else ""


HEAD = 4096  # bytes that the door looks at


def door_check(nombre: str, primeros: bytes, tamano: int) -> None:
    """Refuses early what is certain from the name, the first bytes and the size in bytes. Raises FileProblem."""
    if tamano <= 0:
        raise FileProblem("ARC-01")
    tipo = extension(nombre)
    if tipo not in EXTENSIONES:
        refuse_known_binary(primeros, tipo)
        raise FileProblem("ARC-03", extension=tipo or nombre)
    refuse_known_binary(primeros, tipo)


def refuse_known_binary(contenido: bytes, tipo: str = "") -> None:
    """Raise FileProblem when the first bytes are those of a picture, a PDF, an old .xls…"""
    if contenido.startswith(signatures.OLE) and tipo in WORKBOOKS:
        locked = ENCRYPTED_WORKBOOK in contenido
        raise FileProblem("ARC-09", motivo="protegido con contraseña" if locked else "en un formato antiguo (.xls)")
    if parece := signatures.looks_like(contenido[:256]):
        raise FileProblem("ARC-02", parece=parece)


def unpack(nombre: str, contenido: bytes, max_bytes: int, tally: Tally = uncounted) -> Paquete:
    """The file inside `contenido`, of at most `max_bytes`; a workbook is bounded by what its parts unpack to.

    What the bytes are decides, not the name: a workbook called .txt is read as a workbook, and a note says so.
    Raises FileProblem (ARC-01, 02, 04, 07, 08, 09).
    """
    if not contenido:
        raise FileProblem("ARC-01")
    paquete = _open_container(nombre, contenido, max_bytes, tally)
    refuse_known_binary(paquete.contenido, extension(paquete.nombre_interno))
    if is_archive(paquete.contenido):
        _refuse_unless_workbook(paquete, max_bytes, tally)
    elif len(paquete.contenido) > max_bytes:
        raise too_large(max_bytes)
    return paquete if paquete.contenido else _empty()


def _empty() -> Paquete:
    raise FileProblem("ARC-01")


def too_large(max_bytes: int) -> FileProblem:
    """The problem of a file over the limit, with the limit in MB."""
    return FileProblem("ARC-04", maximo=f"{max_bytes / MEGABYTE:g}")


def _open_container(nombre: str, contenido: bytes, max_bytes: int, tally: Tally) -> Paquete:
    tipo = extension(nombre)
    if contenido.startswith(signatures.GZIP):
        datos = gunzip(contenido, max_bytes, tally)
        return Paquete(datos, re.sub(r"(?i)\.gz$", "", nombre), "gz", _other(tipo, ".gz", "gzip"))
    if not is_archive(contenido):
        real = "texto" if tipo in (*WORKBOOKS, ".gz", ".zip") else ""
        return Paquete(contenido, nombre, "", _disagree(tipo, real))
    if is_workbook(contenido, tipo):
        return Paquete(contenido, nombre, "", _disagree(tipo, "" if tipo in WORKBOOKS else "un libro de Excel"))
    interno, datos = _unzip(contenido, max_bytes, tally)
    return Paquete(datos, interno, "zip", _other(tipo, ".zip", "un archivo ZIP"))


def _other(tipo: str, expected: str, real: str) -> tuple[str, ...]:
    return _disagree(tipo, "" if tipo == expected else real)


def _disagree(tipo: str, real: str) -> tuple[str, ...]:
    return (f"El nombre termina en {tipo or 'nada'} y el contenido es {real}: se leyó como lo que es.",) if real else ()


def _refuse_unless_workbook(paquete: Paquete, max_bytes: int, tally: Tally) -> None:
    if not is_workbook(paquete.contenido):
        raise FileProblem("ARC-08", cuantos="otro archivo comprimido")
    measure_workbook(paquete.contenido, max_bytes, tally)


def is_archive(contenido: bytes) -> bool:
    """Whether the bytes are a ZIP or gzip stream."""
    return contenido.startswith((signatures.ZIP, signatures.EMPTY_ZIP, signatures.GZIP))


def gunzip(contenido: bytes, max_bytes: int, tally: Tally = uncounted) -> bytes:
    """What a gzip stream of one or more members holds. Stops one byte past `max_bytes` (ARC-04)."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(contenido)) as source:
            return _read_bounded(source, max_bytes, tally)
    except ARCHIVE_FAULTS as error:
        raise FileProblem("ARC-07", motivo="dañado o incompleto") from error


class Readable(Protocol):
    """What yields its bytes a piece at a time."""

    def read(self, size: int, /) -> bytes: ...


def _read_bounded(source: Readable, max_bytes: int, tally: Tally) -> bytes:
    out = io.BytesIO()  # its buffer is returned without a copy
    while piece := source.read(min(PIECE, max_bytes + 1 - out.tell())):
        out.write(piece)
        if out.tell() > max_bytes:
            raise too_large(max_bytes)
        tally(len(piece))
    return out.getvalue()


def open_zip(contenido: bytes) -> zipfile.ZipFile:
    """The archive, once its central directory is known to be short. Raises FileProblem or one of ARCHIVE_FAULTS."""
    if directory_size(contenido) > MAX_DIRECTORY:
        raise FileProblem("ARC-08", cuantos="demasiados archivos")
    return zipfile.ZipFile(io.BytesIO(contenido))


def directory_size(contenido: bytes) -> int:
    """Size of the archive's central directory in bytes, by its plain or its ZIP64 end record; 0 without one."""
    end = contenido.rfind(b"PK\x05\x06", max(0, len(contenido) - 65_557))
    if end < 0 or end + 16 > len(contenido):
        return 0
    size: int = struct.unpack_from("<L", contenido, end + 12)[0]
    if contenido[max(0, end - 20) : end].startswith(b"PK\x06\x07"):
        wide = end - 20 - 56
        if wide >= 0 and contenido.startswith(b"PK\x06\x06", wide):
            return int(struct.unpack_from("<Q", contenido, wide + 40)[0])
    return size


def is_workbook(contenido: bytes, tipo: str = "") -> bool:
    """Whether a ZIP is an XLSX. Raises FileProblem for other documents that are ZIPs inside, and for broken ones."""
    if contenido.startswith(signatures.GZIP):
        return False
    names = _names(contenido, "ARC-09" if tipo in WORKBOOKS else "ARC-07")
    if "[Content_Types].xml" in names:
        for folder, parece in OFFICE:
            if any(name.startswith(folder) for name in names):
                if parece:
                    raise FileProblem("ARC-02", parece=parece)
                return True
    if "mimetype" in names and "content.xml" in names:
        raise FileProblem("ARC-02", parece="un documento de LibreOffice (.ods u .odt)")
    return False


def _names(contenido: bytes, codigo: str) -> list[str]:
    try:
        with open_zip(contenido) as archive:
            return archive.namelist()
    except ARCHIVE_FAULTS as error:
        raise FileProblem(codigo, motivo="dañado o incompleto") from error


def _unzip(contenido: bytes, max_bytes: int, tally: Tally) -> tuple[str, bytes]:
    try:
        with open_zip(contenido) as archive:
            entry = _only_entry(archive)
            return entry.filename, read_entry(archive, entry, max_bytes, tally)
    except ARCHIVE_FAULTS as error:
        raise FileProblem("ARC-07", motivo="dañado o incompleto") from error


def _only_entry(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    entries = [e for e in archive.infolist() if not (e.is_dir() or is_baggage(e.filename))]
    if len(entries) != 1:
        raise FileProblem("ARC-08", cuantos=f"{len(entries)} archivos")
    return entries[0]


def is_baggage(name: str) -> bool:
    """Files that operating systems add to archives on their own."""
    return name.startswith("__MACOSX/") or re.split(r"[/\\]", name)[-1] in (".DS_Store", "Thumbs.db", "desktop.ini")


def read_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, max_bytes: int, tally: Tally = uncounted) -> bytes:
    """What the entry holds, of at most `max_bytes`. Raises FileProblem ARC-04 or 07."""
    with open_entry(archive, entry) as source:
        return _read_bounded(source, max_bytes, tally)


def open_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> IO[bytes]:
    """The entry to read from. Raises FileProblem ARC-07 when it is locked, or packed in a way that is not taken."""
    if entry.flag_bits & 1:
        raise FileProblem("ARC-07", motivo="protegido con contraseña")
    # Other methods may ask for gigabytes of dictionary before the first byte comes out.
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileProblem("ARC-07", motivo="comprimido con un método que no se recibe")
    return archive.open(entry)


def measure_workbook(contenido: bytes, max_bytes: int, tally: Tally = uncounted) -> None:
    """Refuse a workbook whose parts really unpack to more than `max_bytes` together, or can't be unpacked."""
    left = max_bytes
    try:
        with open_zip(contenido) as archive:
            names = archive.namelist()
            if len(set(names)) != len(names):
                raise FileProblem("ARC-09", motivo="dañado")
            for entry in archive.infolist():
                with open_entry(archive, entry) as source:
                    while piece := source.read(min(PIECE, left + 1)):
                        left -= len(piece)
                        if left < 0:
                            raise too_large(max_bytes)
                        tally(len(piece))
    except ARCHIVE_FAULTS as error:
        raise FileProblem("ARC-09", motivo="dañado o incompleto") from error
