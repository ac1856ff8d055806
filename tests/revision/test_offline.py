"""The check without a database: `revisar`, for payroll programs and their tests."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import select

import portal
from portal.cli.revision import _as_text
from portal.files.columns import Contexto
from portal.files.reader import Limites
from portal.modelos import Problema
from portal.novedades import todas
from portal.revision.offline import check_file, check_files, like_foreigners
from tests.lotes.conftest import CEDULAS, HOY, RUC, Office, make_config

ROOT = Path(portal.__file__).resolve().parent.parent
FOREIGNER = "6112345678"
HEAD = f"{RUC};0001;2026;11;"
GOOD = f"{HEAD}INS;{CEDULAS[0]};87.50;O"
LATE = f"{RUC};0001;2026;10;INS;{CEDULAS[1]};87.50;O"  # October, looked at on 20 November
BAD = f"{HEAD}INS;{CEDULAS[2]};0.00;O"


def revisar(folder: Path, contenido: bytes, *options: str, nombre: str = "extras.txt"):
    """The real command in a process of its own, where there is no database and no queue."""
    file = folder / nombre
    file.write_bytes(contenido)
    env = {key: value for key, value in os.environ.items() if not key.startswith("PORTAL_")}
    env |= {
        "PORTAL_DATOS": str(folder / "datos"),
        "DATABASE_URL": f"sqlite:///{folder / 'nowhere' / 'portal.db'}",
        "REDIS_URL": f"unix://{folder / 'nowhere' / 'cola.sock'}",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "revisar", str(file), "--ruc", RUC, *options]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert not (folder / "nowhere").exists()
    assert not list((folder / "datos").glob("*.db*"))
    return done


def text(*lines: str) -> bytes:
    return "".join(line + "\r\n" for line in lines).encode()


WHEN = ("--movimiento", "INS", "--hoy", HOY.isoformat())


def test_no_error_is_status_0_also_with_avisos_and_repeated_lines(tmp_path):
    done = revisar(tmp_path, text(GOOD, LATE, GOOD), *WHEN, "--formato", "json")
    assert done.returncode == 0, done.stderr
    informe = json.loads(done.stdout)
    assert [(p["linea"], p["codigo"], p["nivel"]) for p in informe["problemas"]] == [
        (2, "PLA-01", "aviso"),
        (3, "DUP-01", "nota"),
    ]
    assert (informe["leidas"], informe["correctas"], informe["con_error"], informe["repetidas"]) == (3, 2, 0, 1)


def test_a_ruc_that_is_none_is_told_before_any_line(tmp_path):
    done = revisar(tmp_path, text(GOOD), *WHEN, "--ruc", RUC[:-1])
    assert done.returncode == 2 and "13 dígitos" in done.stderr


def test_a_line_in_error_is_status_1_and_the_json_says_all_of_it(tmp_path):
    done = revisar(tmp_path, text(GOOD.replace("0912791803", "912791803"), BAD), *WHEN, "--formato", "json")
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout) == {
        "movimiento": "INS",
        "entendido": "ASCII, separador punto y coma, 2 líneas",
        "leidas": 2,
        "correctas": 1,
        "con_error": 1,
        "repetidas": 0,
        "problemas": [
            {
                "linea": 2,
                "campo": "valor",
                "codigo": "MON-02",
                "nivel": "error",
                "valor": "0.00",
                "celda": "",
                "titulo": "El monto debe ser mayor que cero",
                "causa": "En «valor de extras» dice «0.00». Un monto de cero o negativo no se registra.",
                "arreglo": "Escriba un monto mayor que cero, o quite la línea si no hay nada que registrar.",
            }
        ],
        "reparaciones": [{"campo": "cedula", "codigo": "REP-CERO", "que": "Se repuso el cero inicial", "lineas": 1}],
        "falla": None,
        "notas": [],
        "dudas": [],
        "apartadas": [],
        "columnas": {},
        "hoja": "",
    }


def test_a_file_nobody_can_read_is_status_2_and_says_why(tmp_path):
    done = revisar(tmp_path, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", *WHEN, "--formato", "json")
    assert done.returncode == 2, done.stderr
    informe = json.loads(done.stdout)
    assert (informe["leidas"], informe["problemas"]) == (0, [])
    assert informe["falla"]["codigo"] == "ARC-02" and informe["falla"]["causa"] and informe["falla"]["arreglo"]


def test_people_read_a_line_for_each_problem_and_the_sum(tmp_path):
    done = revisar(tmp_path, text(GOOD, LATE, BAD), *WHEN)
    assert done.returncode == 1, done.stderr
    first, *problems, last = done.stdout.splitlines()
    assert first == "INS: ASCII, separador punto y coma, 3 líneas"
    assert [line.split(":")[0] for line in problems] == ["línea 2", "línea 3"]
    assert "PLA-01 (aviso)" in problems[0] and "MON-02 (error)" in problems[1]
    assert last == "3 leídas = 2 correctas + 1 con error + 0 repetidas"


def offline(movimiento: str, *lines: str):
    ctx = Contexto(RUC, HOY, frozenset({1, 9}), extranjeros=like_foreigners)
    return check_file(text(*lines), "x.txt", todas()[movimiento], ctx, Limites(10**6, 1_000))


def test_without_the_register_a_code_like_a_foreigners_is_taken_and_a_wrong_cedula_is_not():
    informe = offline("INS", GOOD.replace(CEDULAS[0], FOREIGNER), GOOD.replace(CEDULAS[0], "0912791804"))
    assert [(p.linea, p.codigo) for p in informe.problemas] == [(2, "IDE-01")]


def test_a_repeated_line_is_told_nothing_of_time_limits():
    informe = offline("INS", LATE, LATE)
    assert [(p.linea, p.codigo) for p in informe.problemas] == [(1, "PLA-01"), (2, "DUP-01")]
    assert "línea 1" in informe.problemas[1].causa
    assert informe.salida == 0


def test_lines_that_contradict_each_other_name_each_other():
    informe = offline("INS", GOOD, GOOD.replace("87.50", "90.00"))
    assert [(p.linea, p.codigo) for p in informe.problemas] == [(1, "DUP-02"), (2, "DUP-02")]
    assert "La línea 2 " in informe.problemas[0].causa and "La línea 1 " in informe.problemas[1].causa
    assert (informe.con_error, informe.salida) == (2, 1)


def test_of_the_days_of_a_month_those_of_the_file_are_summed():
    days = [f"{HEAD}MND;{CEDULAS[0]};202611{start};{n}" for start, n in (("01", 30), ("18", 1))]
    assert [(p.linea, p.codigo) for p in offline("MND", *days).problemas if p.nivel == "error"] == [(2, "MND-03")]


#: what a line says of itself, in every movement whose workers are there: broken, odd, late and repeated
LINES = {
    "INS": [GOOD, LATE, BAD, GOOD, f"{HEAD}INS;{CEDULAS[3]};87,50;o", f"{HEAD}MSU;{CEDULAS[3]};87.50;O", f"{HEAD}INS"],
    "SAL": [
        f"{HEAD}SAL;{CEDULAS[0]};20261119;V;00000000",
        f"{HEAD}SAL;{CEDULAS[1]};20261121;F;",
        f"{HEAD}SAL;{CEDULAS[2]};31/11/2026;ZZ;20261101",
        f"{RUC};9;2026;10;SAL;{CEDULAS[3]};20261001;T;20261101",
        f"{RUC};0777;2026;12;SAL;0912791804;20261001;T;00000000",
    ],
    "MND": [
        f"{HEAD}MND;{CEDULAS[0]};20261101;30",
        f"{HEAD}MND;{CEDULAS[0]};20261118;1",
        f"{HEAD}MND;{CEDULAS[1]};20261120;12",
        f"{HEAD}MND;{CEDULAS[2]};20261001;040",
    ],
    "ENT": [
        f"{HEAD}ENT;{CEDULAS[5]};20261119;20261120;1;R;2;06;ANALISTA;1507500000011;481.99;P",
        f"{HEAD}ENT;2460000017;20261121;20261120;9;R;2;06;DISEÑO;150750000001;600;P",
    ],
}


@pytest.mark.parametrize("movimiento", LINES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_with_a_history_that_has_nothing_to_say_the_portal_says_the_same(database, tmp_path, movimiento):
    office = Office(database, make_config(tmp_path))
    office.hire(*CEDULAS[:4])
    contenido = text(*LINES[movimiento])
    lote = office.check(office.send(movimiento, contenido).lote_id)
    with office.database.reading() as session:
        rows = session.scalars(select(Problema).where(Problema.lote_id == lote.id)).all()
        found = sorted((p.linea, p.campo, p.codigo, p.nivel) for p in rows if p.codigo != "SAL-01")
    informe = offline(movimiento, *LINES[movimiento])
    assert sorted((p.linea, p.campo, p.codigo, p.nivel) for p in informe.problemas) == found
    assert (lote.leidas, lote.repetidas) == (informe.leidas, informe.repetidas)
    assert lote.reparaciones == [{k: r[k] for k in ("campo", "codigo", "lineas")} for r in informe.reparaciones]


def zipped(*members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def test_of_a_zip_each_file_is_checked_and_the_worst_is_the_status(tmp_path):
    bundle = zipped(("uno.txt", text(GOOD)), ("dos.txt", text(BAD)), ("tres.txt", text(GOOD.replace("INS", "MSU"))))
    done = revisar(tmp_path, bundle, *WHEN, "--formato", "json", nombre="junio.zip")
    assert done.returncode == 2, done.stderr
    found = json.loads(done.stdout)["archivos"]
    assert [(one["archivo"], one["leidas"], one["con_error"]) for one in found] == [
        ("uno.txt", 1, 0),
        ("dos.txt", 1, 1),
        ("tres.txt", 0, 0),
    ]
    assert [one["falla"] and one["falla"]["codigo"] for one in found] == [None, None, "ARC-06"]
    said = revisar(tmp_path, bundle, *WHEN, nombre="junio.zip").stdout
    assert [said.index(name) for name in ("uno.txt", "dos.txt", "tres.txt")] == sorted(
        said.index(name) for name in ("uno.txt", "dos.txt", "tres.txt")
    )
    assert "MON-02" in said and "ARC-06" in said


def reports(contenido, nombre, movimiento="INS"):
    ctx = Contexto(RUC, HOY, frozenset({1, 9}), extranjeros=like_foreigners)
    return check_files(contenido, nombre, todas()[movimiento], ctx, Limites(10**6, 1_000))


def workbook():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    first = book.add_worksheet("Extras")
    for place, one in enumerate(GOOD.split(";")):
        first.write_string(0, place, one)
        first.write_string(1, place, one)
    first.set_row(1, None, None, {"hidden": True})
    book.add_worksheet("Otra").write_string(0, 0, "x")
    book.close()
    return out.getvalue()


def test_the_notes_of_reading_are_told():
    [(_, informe)] = reports(workbook(), "extras.xlsx")
    assert any("hoja" in nota for nota in informe.notas) and any("oculta" in nota for nota in informe.notas)
    assert informe.as_dict()["notas"] == informe.notas
    told = _as_text([("extras.xlsx", informe)])
    assert all(f"nota: {nota}" in told for nota in informe.notas)


def test_a_word_without_another_reading_is_told_as_such():
    informe = check_file(hire("DISEÃADOR".encode()), "x.txt", todas()["ENT"], Contexto(RUC, HOY), Limites(10**6, 100))
    assert "se leyó «DISEÃADOR», y no se sabe si es eso" in _as_text([("x.txt", informe)])


@pytest.mark.parametrize("empty", ["\u200b", "\ufeff", "\u3000", "\u202f", "\u00ad", " "])
def test_columns_after_the_last_that_show_nothing_are_empty(empty):
    [(_, informe)] = reports(text(GOOD + f";{empty};;{empty}"), "extras.txt")
    assert (informe.correctas, informe.con_error) == (1, 0)


@pytest.mark.parametrize(
    "contenido, nombre, codigo",
    [
        (text(GOOD, GOOD.replace("87.50", "88.50")).replace(b"INS", b"SAL"), "extras.txt", "ARC-06"),
        (text(GOOD), "extras.doc", "ARC-03"),
        (b"", "extras.txt", "ARC-01"),
        (zipped(*((f"{n}.txt", text(GOOD)) for n in range(51))), "junio.zip", "ARC-08"),
    ],
)
def test_what_the_portal_refuses_is_refused(contenido, nombre, codigo):
    [(_, informe)] = reports(contenido, nombre)
    assert informe.falla and informe.falla["codigo"] == codigo and informe.salida == 2


def test_one_line_of_another_movement_does_not_refuse_the_file():
    [(_, informe)] = reports(text(GOOD, f"{HEAD}SAL;{CEDULAS[1]};20261119;V;00000000"), "extras.txt")
    assert [(p.linea, p.codigo) for p in informe.problemas] == [(2, "MOV-01")]
    assert "SAL, aviso de salida" in informe.problemas[0].causa and "separador" not in informe.problemas[0].arreglo


def test_the_day_it_is_judged_on_can_be_chosen():
    ctx = Contexto(RUC, date(2026, 12, 16), extranjeros=like_foreigners)
    informe = check_file(text(LATE), "x.txt", todas()["INS"], ctx, Limites(10**6, 10))
    assert [p.codigo for p in informe.problemas] == ["PLA-02"]


def hire(cargo: bytes, cedula: str = CEDULAS[0]) -> bytes:
    line = f"{HEAD}ENT;{cedula};20261118;20261119;1;R;2;06;<>;1507500000011;600.00;P\r\n".encode()
    return line.replace(b"<>", cargo)


ENT = ("--movimiento", "ENT", "--hoy", HOY.isoformat())


def test_letters_that_may_be_read_in_two_ways_are_said_offline_too(tmp_path):
    content = hire(b"ANALISTA") + hire(b"CONTADOR P\xe9BLICO", CEDULAS[1])
    informe = json.loads(revisar(tmp_path, content, *ENT, "--formato", "json").stdout)
    assert [(p["linea"], p["campo"], p["codigo"], p["nivel"], p["valor"]) for p in informe["problemas"]] == [
        (2, "cargo", "LET-01", "aviso", "CONTADOR PÚBLICO")
    ]
    assert informe["dudas"] == [{"linea": 2, "leida": "PÚBLICO", "otra": "PéBLICO"}]
    assert (informe["correctas"], informe["con_error"]) == (2, 0)
    said = revisar(tmp_path, content, *ENT).stdout
    assert "línea 2: se leyó «PÚBLICO»; también puede ser «PéBLICO»" in said


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "cp850", "utf-16"])
def test_a_cargo_with_accents_is_sure_in_every_page(codec):
    content = hire(b"<<", CEDULAS[1]).decode().replace("<<", "DISEÑADOR TÉCNICO").encode(codec)
    informe = check_file(content, "x.txt", todas()["ENT"], Contexto(RUC, HOY), Limites(10**6, 100))
    assert not informe.problemas and not informe.dudas
    assert [(r["campo"], r["codigo"]) for r in informe.reparaciones] == [("cargo", "REP-ASCII")]


def test_an_accent_without_its_letter_is_an_error_and_no_blank():
    content = hire("ADMINISTRACIO´N".encode())
    informe = check_file(content, "x.txt", todas()["ENT"], Contexto(RUC, HOY), Limites(10**6, 100))
    assert [p.codigo for p in informe.problemas] == ["TXT-02"]
    informe = check_file(hire("D´ANGELO".encode()), "x.txt", todas()["ENT"], Contexto(RUC, HOY), Limites(10**6, 100))
    assert not informe.problemas
