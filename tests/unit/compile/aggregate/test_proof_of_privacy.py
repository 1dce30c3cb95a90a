"""ε and δ are read out of the SQL that runs: whatever a macro weakens is no longer proven, or costs more."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from tests.private_shapes import shapes
from tests.unit.compile.aggregate.weakened import WEAKENED
from tests.unit.compile.aggregate.weakening import Weakened

NAMES = (
    "counts", "people", "sums", "no keys", "means", "private keys", "filters", "joins", "sets",
    "private sets", "gaussian", "gaussian private", "quantiles", "nulls", "chosen keys", "agreeing",
)  # fmt: skip


def test_every_shape_is_named() -> None:
    assert tuple(shapes()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_what_the_built_in_macros_write_is_proven_to_cost_what_was_promised(name: str) -> None:
    shape = shapes()[name]
    found = shape.guarantees()
    assert [guarantee.proof for guarantee in found.values() if not guarantee.is_proven] == []
    assert found["epsilon"].proven == pytest.approx(float(shape.promise.epsilon), rel=1e-3)
    assert found["max_groups"].proven == (shape.promise.max_groups if name != "no keys" else 1)
    assert found["max_rows_per_group"].proven == 3


@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_costs_no_more_than_promised_when_computed_another_way(name: str) -> None:
    found = shapes()[name].guarantees()
    for guarantee in (found["epsilon"], found["delta"]):
        assert guarantee.measured is not None
        assert guarantee.is_met_by(guarantee.measured)


@pytest.mark.parametrize("weakened", WEAKENED, ids=lambda weakened: weakened.name)
def test_a_weakened_script_does_not_keep_the_promise(weakened: Weakened) -> None:
    shape = shapes()[weakened.of]
    found = shape.guarantees(weakened.script(shape.script))
    assert not all(guarantee.is_proven for guarantee in found.values())


def test_more_rows_or_groups_in_all_places_at_once_are_read_as_so_many() -> None:
    """Limits that are kept everywhere are believed, and are not those that were promised."""
    shape = shapes()["sums"]
    rows = re.sub(r"(pt_rows >|pt_rows <=|pt_nth_row <=) 3", r"\1 4", shape.script)
    found = shape.guarantees(rows)["max_rows_per_group"]
    assert (found.proven, found.is_proven) == (4, False)
    groups = re.sub(r"(HAVING count\(\*\) >|pt_nth_group <=) 2", r"\1 3", shape.script)
    found = shape.guarantees(groups)["max_groups"]
    assert (found.proven, found.is_proven) == (3, False)


def test_wider_bounds_are_proven_to_cost_more() -> None:
    """What is understood, and costs more, is told by how much."""
    shape = shapes()["sums"]
    found = shape.guarantees(shape.script.replace("-10), 50)", "-10), 100)"))
    assert found["epsilon"].proven == pytest.approx(4 / 3)


def test_more_noise_is_proven_to_cost_less() -> None:
    shape = shapes()["counts"]
    found = shape.guarantees(scaled(shape.script, 2))
    assert found["epsilon"].proven == pytest.approx(0.5)


@pytest.mark.parametrize("name", NAMES)
def test_noise_that_is_a_third_too_small_is_too_small(name: str) -> None:
    shape = shapes()[name]
    found = shape.guarantees(scaled(shape.script, Fraction(10, 13)))
    assert not (found["epsilon"].is_proven and found["delta"].is_proven)


def scaled(script: str, factor: Fraction | int) -> str:
    """With all noise so many times as wide."""

    def wider(match: re.Match[str]) -> str:
        scale = Fraction(int(match[2]), int(match[3])) * factor
        return f"{match[1]}({scale.numerator}, {scale.denominator})"

    return re.sub(r"(pt_discrete_\w+)\((\d+), (\d+)\)", wider, script)


def test_noise_that_needs_a_delta_is_not_paid_for_by_noise_that_needs_none() -> None:
    """The model allows for a δ; what the ledger charges for its Laplace noise has none."""
    shape = shapes()["no keys"]
    assert shape.aggregation.noise.calibration.joint.guarantee.delta == 0
    gaussian = scaled(shape.script, 4).replace("discrete_laplace", "discrete_gaussian")
    found = shape.guarantees(gaussian)["delta"]
    assert found.required > 0
    assert not found.is_proven
