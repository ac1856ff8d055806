"""A tus 1.0 request (https://tus.io/protocols/resumable-upload): its headers, and its body piece by piece."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import time
from collections.abc import Iterator
from typing import IO

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import ClientDisconnected

from portal.web.puerta.entrada import UNFINISHED

VERSION = "1.0.0"
OCTETS = "application/offset+octet-stream"
ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
MAX_METADATA = 4096  # characters
MAX_CHECKED = 4_000_000  # bytes of a body whose checksum is verified before any of it is stored
PIECE = 1 << 18
SOON = 2.0  # seconds: a slow line fills no piece in time, and received bytes must not wait for the rest
_READ = 1 << 14
_NUMBER = re.compile(r"[0-9]{1,15}")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}")


class Refusal(Exception):
    """The request is refused with this status; `words` say to a person what happened and how to mend it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(status)
        self.status, self.words = status, words


def _not_understood(what: str) -> Refusal:
    return Refusal(400, f"No entendimos el envío: {what}. Vuelva a la página de envío y empiece otra vez.")


def number(headers: Headers, name: str) -> int:
    """A header that is a count of bytes."""
    text = headers.get(name, "")
    if not _NUMBER.fullmatch(text):
        raise _not_understood(f"{name} debe ser un número de bytes")
    return int(text)


def metadata(headers: Headers) -> dict[str, str]:
    """`Upload-Metadata`: keys, each with a value in base64, or with none."""
    text = headers.get("Upload-Metadata", "").strip()
    if len(text) > MAX_METADATA:
        raise _not_understood(f"Upload-Metadata pasa de {MAX_METADATA} caracteres")
    told: dict[str, str] = {}
    for pair in text.split(",") if text else ():
        key, _, value = pair.strip().partition(" ")
        if not key or key in told:
            raise _not_understood("Upload-Metadata tiene una clave vacía o repetida")
        told[key] = _decoded(value)
    return told


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8")
    except ValueError as error:  # not base64, or not UTF-8
        raise _not_understood("Upload-Metadata no está en base64 y UTF-8") from error


def encoded(told: dict[str, str]) -> str:
    """The same the other way."""
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}".rstrip() for key, value in told.items())


def yes(told: dict[str, str], key: str) -> bool:
    """Whether a key of the metadata says yes: alone, or with a word for it."""
    return told.get(key, "no").strip().lower() in ("", "1", "on", "true", "si", "sí")


def sha256_of(told: dict[str, str]) -> str | None:
    """The digest of the whole file, when the sender gives it."""
    text = told.get("sha256")
    if text is not None and not _SHA256.fullmatch(text):
        raise _not_understood("sha256 debe tener 64 cifras hexadecimales")
    return text.lower() if text else None


def is_packed(told: dict[str, str]) -> bool:
    """Whether the file is compressed for the transfer."""
    kind = told.get("comprimida", "")
    if kind not in ("", "gzip"):
        raise _not_understood("comprimida solo puede decir gzip")
    return kind == "gzip"


def body(request: Request, left: int) -> Iterator[bytes]:
    """The body of a PATCH, `left` bytes at most. Without a checksum: in pieces as they come, even of a body that breaks
    off. With one: whole, and only when the checksum matches."""
    if (request.environ.get(UNFINISHED) or request.content_length or 0) > left:
        raise Refusal(413, "Llegaron más bytes de los anunciados y no los guardamos. Cancele el envío y empiece otro.")
    check = request.headers.get("Upload-Checksum")
    return _pieces(request.stream, left) if check is None else _checked(request, check, left)


def _pieces(stream: IO[bytes], left: int) -> Iterator[bytes]:
    kept, since = bytearray(), time.monotonic()
    while left and (some := _read(stream, min(_READ, left, PIECE - len(kept)))):
        kept += some
        left -= len(some)
        if len(kept) == PIECE or time.monotonic() - since >= SOON or not left:
            yield bytes(kept)
            kept, since = bytearray(), time.monotonic()
    if kept:
        yield bytes(kept)


def _read(stream: IO[bytes], size: int) -> bytes:
    """The next bytes; none at the end, and when the sender has disconnected."""
    try:
        return stream.read(size)
    except ClientDisconnected:
        return b""


def _checked(request: Request, check: str, left: int) -> Iterator[bytes]:
    name, _, text = check.partition(" ")
    if name not in ALGORITHMS:
        raise _not_understood("Upload-Checksum debe ser sha1 o sha256")
    try:
        expected = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise _not_understood("Upload-Checksum no está en base64") from error
    if (request.content_length or 0) > MAX_CHECKED:
        raise _too_much_to_check()
    contents = b"".join(_pieces(request.stream, min(left, MAX_CHECKED + 1)))
    if len(contents) > MAX_CHECKED:
        raise _too_much_to_check()
    if ALGORITHMS[name](contents).digest() != expected:
        raise Refusal(460, "Esta parte llegó dañada y no la guardamos. Envíela otra vez: lo anterior está guardado.")
    return iter([contents] if contents else [])


def _too_much_to_check() -> Refusal:
    return Refusal(413, "Una parte con Upload-Checksum puede pesar hasta 4 MB. Envíe partes más pequeñas.")
