"""What `make bench` says of a curve: how much longer ten times the rows take."""

import pytest

from bench.growth import Curve


def test_each_size_is_compared_with_one_that_is_far_enough():
    curve = Curve("x", [1_000, 10_000, 30_000, 100_000], [0.1, 0.2, 9.0, 0.3])
    assert curve.ratios == [None, pytest.approx(2.0), pytest.approx(90 ** (1 / 1.4771), rel=1e-3), pytest.approx(1.5)]
    assert curve.steepest == curve.ratios[2]


def test_what_is_measured_at_one_size_has_no_step():
    assert Curve("x", [1_000], [0.1]).steepest is None


def test_ratios_are_as_of_ten_times_the_rows():
    assert Curve("x", [1_000, 100_000], [0.1, 0.4]).ratios[1] == pytest.approx(2.0)
