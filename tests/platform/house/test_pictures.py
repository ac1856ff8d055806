"""The documents show pictures that are there, and no others are kept."""

from __future__ import annotations

from browser.pictures import KEPT, shown


def test_the_pictures_that_are_kept_are_those_that_documents_show() -> None:
    assert {path.name for path in KEPT.iterdir()} == shown()
    assert 1 <= len(shown()) <= 12
