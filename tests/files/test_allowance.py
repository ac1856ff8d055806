"""What may come out of all archives of one request."""

from __future__ import annotations

import gzip

import pytest

from portal.files.packed.allowance import FILES, Allowance
from portal.files.packed.bundles import unbundle
from portal.files.packed.containers import unpack
from portal.files.problems import FileProblem
from tests.files.books import book, cells, packed

ROW = cells("1799000004001", "0009")
SENT = {
    "gz": gzip.compress(bytes(900_000)),
    "zip": packed({"a.txt": [b"0" * 900_000]}),
    "xlsx": book(ROW, **{"xl/comments1.xml": [b"<a>" + b" " * 900_000 + b"</a>"]}),
}


@pytest.mark.parametrize("kind", SENT)
def test_each_kind_of_archive_takes_of_it_what_it_unpacks_to(kind: str) -> None:
    allowance = Allowance(1_000_000)
    for _ in range(FILES):
        assert unpack(f"a.{kind}", SENT[kind], 1_000_000, allowance.take)
    with pytest.raises(FileProblem) as caught:
        unpack(f"a.{kind}", SENT[kind], 1_000_000, allowance.take)
    assert caught.value.codigo == "ARC-16" and "juntos de 2 MB" in caught.value.causa()


def test_a_file_too_large_by_itself_is_told_so_first() -> None:
    with pytest.raises(FileProblem, match="ARC-04"):
        unpack("a.gz", SENT["gz"], 800_000, Allowance(800_000).take)


def test_workbooks_inside_an_archive_are_counted_too() -> None:
    bundle = packed({f"{n}.xlsx": [SENT["xlsx"]] for n in range(3)})
    allowance, done = Allowance(1_000_000), 0
    with pytest.raises(FileProblem, match="ARC-16"):
        for name, contents in unbundle("a.zip", bundle, 1_000_000, allowance.take):
            unpack(name, contents, 1_000_000, allowance.take)
            done += 1
    assert done == 2
