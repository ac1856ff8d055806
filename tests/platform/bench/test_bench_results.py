"""What `make bench` writes down: one section a program, the others untouched; and how a slope is told."""

import pytest

from bench.__main__ import PROGRAMS, in_order, written
from bench.measuring import slope


def test_sections_are_read_back_as_they_were_written():
    text = "# Results\n\nhead\n\n## check\n\nabout\n\n```\nfigures\n\n# of a table\n```\n\n## reading\n\n```\nb\n```\n"
    assert written(text) == {"check": "about\n\n```\nfigures\n\n# of a table\n```\n", "reading": "```\nb\n```\n"}


def test_sections_stand_in_the_order_of_the_programs_and_those_of_none_are_left_out():
    assert in_order(["gone", *reversed(PROGRAMS)]) == list(PROGRAMS)


@pytest.mark.parametrize(("seconds", "expected"), [([1, 10, 100], 1.0), ([1, 1, 1], 0.0), ([1, 100, 10_000], 2.0)])
def test_the_slope_of_seconds_over_lines(seconds, expected):
    assert slope([1_000, 10_000, 100_000], seconds) == pytest.approx(expected)
