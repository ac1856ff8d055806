"""Archives: what is let in at the door, and that no archive takes more memory than its limit."""

from __future__ import annotations

import gzip
import io
import struct
import tracemalloc
import zipfile

import pytest

from portal.files.packed.containers import Paquete, door_check, unpack
from portal.files.problems import FileProblem
from portal.files.reader import Formato, Limites, open_table

LINE = b"1799000004001;0009;2013;01;INS;0710435207;872.71;O\r\n"


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("nombre", ["a.txt", "A.DAT", r"C:\datos\a.Csv", "a.xlsx", "a.csv.GZ", "a.zip"])
def test_the_accepted_extensions_pass_the_door_in_any_case(nombre: str) -> None:
    assert door_check(nombre, b"1799000004001;", 50) is None


@pytest.mark.parametrize(
    ("nombre", "primeros", "tamano", "codigo"),
    [
        ("a.txt", b"", 0, "ARC-01"),
        ("a.docx", b"PK\x03\x04", 10, "ARC-03"),
        ("sin_extension", b"1799", 10, "ARC-03"),
        ("a.pdf", b"%PDF-1.7", 10, "ARC-02"),
        ("a.txt", b"%PDF-1.7", 10, "ARC-02"),
        ("a.rar", b"Rar!\x1a\x07\x00", 10, "ARC-02"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 10, "ARC-02"),
    ],
)
def test_the_door_refuses_what_is_certain(nombre: str, primeros: bytes, tamano: int, codigo: str) -> None:
    with pytest.raises(FileProblem) as caught:
        door_check(nombre, primeros, tamano)
    assert caught.value.codigo == codigo


def test_a_locked_workbook_is_told_from_an_old_one() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(FileProblem) as caught:
        unpack("a.xlsx", locked, 1_000_000)
    assert (caught.value.codigo, caught.value.datos["motivo"]) == ("ARC-09", "protegido con contraseña")


def test_the_inner_name_is_the_file_s_own() -> None:
    assert unpack("nomina.csv.gz", gzip.compress(LINE), 1_000) == Paquete(LINE, "nomina.csv", "gz")
    assert unpack("x.zip", zipped({"dir/nomina.txt": LINE}), 1_000) == Paquete(LINE, "dir/nomina.txt", "zip")


def test_a_gzip_of_several_members_is_one_file() -> None:
    assert unpack("x.gz", gzip.compress(LINE) + gzip.compress(LINE), 1_000).contenido == LINE * 2


def test_a_limit_is_met_exactly() -> None:
    for packed in (LINE, gzip.compress(LINE), zipped({"a.txt": LINE})):
        assert unpack("x.txt", packed, len(LINE)).contenido == LINE
        with pytest.raises(FileProblem, match="ARC-04"):
            unpack("x.txt", packed, len(LINE) - 1)


def bombs() -> dict[str, bytes]:
    zeros = bytes(200_000_000)
    workbook = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": zeros}
    return {"gz": gzip.compress(zeros, 9), "zip": zipped({"a.txt": zeros}), "xlsx": zipped(workbook)}


def lying_zip(data: bytes) -> bytes:
    """A ZIP whose list of contents claims 10 bytes."""
    packed = bytearray(zipped({"a.txt": data}))
    directory = packed.rindex(b"PK\x01\x02")
    struct.pack_into("<L", packed, directory + 24, 10)
    return bytes(packed)


def test_a_bomb_stops_at_the_limit_without_taking_the_memory() -> None:
    for kind, bomb in bombs().items():
        tracemalloc.start()
        with pytest.raises(FileProblem, match="ARC-04"):
            unpack(f"x.{kind}", bomb, 2_000_000)
        assert tracemalloc.get_traced_memory()[1] < 8_000_000, kind
        tracemalloc.stop()


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    with pytest.raises(FileProblem):
        unpack("x.zip", lying_zip(bytes(5_000_000)), 1_000_000)


def test_an_archive_of_countless_files_is_refused_before_they_are_listed() -> None:
    many = zipped({f"{n:050d}.txt": b"" for n in range(4_000)}, zipfile.ZIP_STORED)
    with pytest.raises(FileProblem, match="ARC-08"):
        unpack("x.zip", many, 1_000_000)


def test_an_archive_with_a_password_is_refused_as_such() -> None:
    packed = bytearray(zipped({"a.txt": LINE}))
    for signature, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + place] |= 1
    with pytest.raises(FileProblem) as caught:
        unpack("x.zip", bytes(packed), 1_000)
    assert (caught.value.codigo, caught.value.datos["motivo"]) == ("ARC-07", "protegido con contraseña")


def test_methods_that_may_ask_for_gigabytes_are_refused() -> None:
    with pytest.raises(FileProblem, match="ARC-07"):
        unpack("x.zip", zipped({"a.txt": LINE * 9}, zipfile.ZIP_LZMA), 1_000)


@pytest.mark.parametrize(
    ("nombre", "packed"),
    [
        ("x.gz", gzip.compress(gzip.compress(LINE))),
        ("x.gz", gzip.compress(zipped({"a.txt": LINE}))),
        ("x.zip", zipped({"a.gz": gzip.compress(LINE)})),
    ],
    ids=["gz in gz", "zip in gz", "gz in zip"],  # a packed file tells its second: two collectors would differ
)
def test_an_archive_inside_an_archive_is_refused(nombre: str, packed: bytes) -> None:
    with pytest.raises(FileProblem, match="ARC-08"):
        unpack(nombre, packed, 100_000)


def test_an_xml_entity_bomb_in_a_workbook_is_refused() -> None:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    sheet = f'<!DOCTYPE x [<!ENTITY a0 "ha">{levels}]><worksheet>&a11;</worksheet>'
    book = {"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": sheet.encode()}
    with pytest.raises(FileProblem, match="ARC-09"):
        open_table(zipped(book), "x.xlsx", Formato((("a",),)), Limites(1_000_000, 10))
