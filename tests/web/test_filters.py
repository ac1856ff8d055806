from datetime import date, datetime

import pytest

from portal.web import filters


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (filters.miles(1_200), "1\u202f200"),
        (filters.miles(1_000_000), "1\u202f000\u202f000"),
        (filters.miles(999), "999"),
        (filters.dinero(123_450), "1\u202f234,50"),
        (filters.dinero(5), "0,05"),
        (filters.dinero(-12_345), "-123,45"),
        (filters.fecha(date(2026, 11, 22)), "22 nov 2026"),
        (filters.fecha(date(2026, 9, 2)), "2 sep 2026"),
        (filters.periodo(202610), "oct 2026"),
        (filters.periodo_largo(202603), "marzo de 2026"),
        (filters.cuenta(1, "línea", "líneas"), "1 línea"),
        (filters.cuenta(0, "línea", "líneas"), "0 líneas"),
        (filters.cuenta(1_200, "línea", "líneas"), "1\u202f200 líneas"),
        (filters.oculta("0912791803"), "09••••1803"),
        (filters.oculta("123"), "••••"),
        (filters.peso(1), "1 byte"),
        (filters.peso(66_200), "66 kB"),
        (filters.peso(999_600), "1 MB"),
        (filters.peso(1_149_999), "1,1 MB"),
        (filters.peso(100_000_000), "100 MB"),
    ],
)
def test_numbers_and_dates_are_written_as_people_here_write_them(shown: str, expected: str) -> None:
    assert shown == expected


def test_an_instant_is_shown_on_the_clock_of_ecuador() -> None:
    stored = datetime.fromisoformat("2026-11-23T03:42:07")
    assert filters.momento(stored) == "22 nov 2026, 22:42:07"
    assert filters.hora(stored, segundos=False) == "22:42"
    assert filters.fecha(stored) == "22 nov 2026"
