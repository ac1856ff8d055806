"""A .zip with several files is several files; anything else is what it is."""

import io
import zipfile
from pathlib import Path

import pytest

from portal.files.packed.bundles import MOST, unbundle
from portal.files.problems import FileProblem

SAMPLES = Path(__file__).parent.parent / "samples"
LIMIT = 1_000_000


def zipped(files, **how):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content, **how)
    return out.getvalue()


def test_each_file_comes_out_by_its_own_name_without_folders_and_without_what_systems_add():
    sent = zipped([("mes/a.txt", b"1;2"), ("b.csv", b"3,4"), ("__MACOSX/._a.txt", b"x"), ("mes/.DS_Store", b"y")])
    assert unbundle("todo.zip", sent, LIMIT) == [("a.txt", b"1;2"), ("b.csv", b"3,4")]


@pytest.mark.parametrize("name", ["one.zip", "plain.xlsx", "text.csv.gz", "canonical.txt", "workbook.zip"])
def test_a_zip_with_one_file_and_all_else_stay_as_they_came(name):
    content = (SAMPLES / name).read_bytes()
    assert unbundle(name, content, LIMIT) == [(name, content)]


def test_together_they_are_no_larger_than_one_file_may_be():
    sent = zipped([("a.txt", b"0" * 600), ("b.txt", b"0" * 600)])
    assert len(unbundle("a.zip", sent, 1_200)) == 2
    with pytest.raises(FileProblem) as caught:
        unbundle("a.zip", sent, 1_199)
    assert caught.value.codigo == "ARC-04"


def test_more_files_than_a_month_has_are_refused():
    assert len(unbundle("a.zip", zipped([(f"{n}.txt", b"1") for n in range(MOST)]), LIMIT)) == MOST
    with pytest.raises(FileProblem) as caught:
        unbundle("a.zip", zipped([(f"{n}.txt", b"1") for n in range(MOST + 1)]), LIMIT)
    assert caught.value.codigo == "ARC-08" and f"{MOST + 1} archivos" in caught.value.causa()


def test_a_broken_archive_is_said_to_be_broken():
    sent = zipped([("a.txt", b"1" * 500), ("b.txt", b"2" * 500)])
    middle = sent.index(b"a.txt") + 8
    with pytest.raises(FileProblem) as caught:
        unbundle("a.zip", sent[:middle] + b"\xff\xff\xff" + sent[middle + 3 :], LIMIT)
    assert caught.value.codigo == "ARC-07"
