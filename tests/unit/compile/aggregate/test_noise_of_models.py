"""How much noise a model gets, what private keys must reach, and options that mean nothing."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest

from personatwin_sql.compile.aggregate.aggregation import aggregation_of
from personatwin_sql.compile.aggregate.calibrate import law_of
from personatwin_sql.privacy.accounting.events import Exponential, PartitionSelection, Threshold
from personatwin_sql.privacy.noise.partition_selection import chances_of_showing, people_shown_with
from personatwin_sql.privacy.noise.tails import DiscreteLaplace, threshold
from tests.private_shapes import Shape, shape

SOME: dict[str, Any] = {"epsilon": 1, "delta": "1e-6", "max_groups": 4, "max_rows_per_group": 2}
COUNTS = (
    "SELECT coalesce(county, '') AS county, coalesce(kind, '') AS kind, count(*) AS n FROM private.events"
    " GROUP BY ALL"
)
PEOPLE = COUNTS.replace("AS n", "AS n, count(DISTINCT person_id) AS people")
LISTED = {"county": ("ash", "oak"), "kind": ("a", "b")}
SETS = ((0, 1), (0,), (1,), ())


@pytest.mark.parametrize("mechanism", ["laplace", "gaussian", "auto"])
@pytest.mark.parametrize("sets", [SETS[:1], SETS[:3], SETS])
@pytest.mark.parametrize("sql", [COUNTS, PEOPLE])
@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_person_alone_shows_a_private_key_with_a_chance_of_delta(
    sql: str, rows: int, sets: tuple[tuple[int, ...], ...], mechanism: str
) -> None:
    found = shape(sql, sets=sets, keys="private", mechanism=mechanism, **{**SOME, "max_rows_per_group": rows})
    noise, components = found.aggregation.noise, found.aggregation.components
    if components.chooser is not None:
        assert mechanism != "gaussian"
        assert noise.thresholds is None
        assert [each is None for each in noise.selections or ()] == [not keys for keys in sets]
        chosen = [each for each in noise.selections or () if each is not None]
        alone = [chances_of_showing(each.epsilon, each.delta, 200)[1][1] for each in chosen]
        assert sum(4 * Fraction(high, 1 << 200) for high in alone) <= found.promise.delta + Fraction(
            1, 1 << 190
        )
        assert sum(4 * each.delta for each in chosen) == found.promise.delta
        return
    (delta,) = (event.delta for event in noise.calibration.joint.events if isinstance(event, Threshold))
    at = [column.name for column in components.columns].index(str(components.people))
    is_people = components.named(str(components.people)).kind == "people"
    chance = Fraction(0)
    for keys, scales, least in zip(sets, noise.scales, noise.thresholds or (), strict=True):
        assert (least is None) == (not keys)
        if least is not None:
            law, is_finest = law_of(noise.calibration.mechanism, scales[at].scale), len(keys) == 2
            chance += max(
                sum(law.tail(least - most) for most in counts)
                for counts in _alone(1 if is_people else rows, is_finest=is_finest or is_people)
            )
    assert chance <= delta <= found.promise.delta
    assert not is_people or chance > delta / 2


def _alone(rows: int, *, is_finest: bool) -> Iterator[list[int]]:
    """What a person adds to groups of her own: to one up to four, into which all four may have fallen."""
    for groups in range(1, 5):
        yield [rows if is_finest else rows * (5 - groups), *[rows] * (groups - 1)]


def test_a_hidden_count_of_people_is_never_released() -> None:
    found = shape(COUNTS, keys="private", **{**SOME, "max_rows_per_group": 5})
    assert found.aggregation.components.people == "people"
    assert "people" not in [column.name for column in found.aggregation.shown]
    assert "people" not in found.script.partition("-- step 3")[2]


SUM = "SELECT county, sum(amount) AS amount FROM private.events GROUP BY county"
BOUNDED: dict[str, Any] = {"keys": "private", "bounds": {"amount": (0, 50)}, "delta": "1e-6"}


@pytest.mark.parametrize(
    ("groups", "measures", "is_law"),
    [(1, 1, True), (1, 2, True), (1, 8, False), (2, 1, False), (5, 1, False), (10, 2, False)],
)
def test_groups_are_chosen_by_the_rule_that_shows_smaller_ones(
    groups: int, measures: int, *, is_law: bool
) -> None:
    """Beside few columns and with few groups the law, elsewhere a count with Gaussian noise."""
    sums = ", ".join(f"sum(amount + {at}) AS a{at}" for at in range(measures))
    given = {**BOUNDED, "bounds": {f"a{at}": (0, 50) for at in range(measures)}, "max_groups": groups}
    sql = f"SELECT county, {sums} FROM private.events GROUP BY county"
    found = shape(sql, epsilon=1, max_rows_per_group=3, **given)
    noise = found.aggregation.noise
    assert (noise.selections is not None, noise.thresholds is None) == (is_law, is_law)
    assert noise.calibration.mechanism == ("laplace" if is_law else "gaussian")
    assert found.aggregation.components.people == "people"
    assert found.guarantees()["epsilon"].is_proven
    assert found.guarantees()["delta"].is_proven


@pytest.mark.parametrize("groups", [1, 2, 5, 10])
@pytest.mark.parametrize("epsilon", ["0.1", "1", "3"])
def test_beside_laplace_noise_the_law_shows_groups_that_a_noisy_count_of_its_price_does_not(
    epsilon: str, groups: int
) -> None:
    given = {**BOUNDED, "epsilon": epsilon, "max_groups": groups, "max_rows_per_group": 1}
    (chosen,) = shape(SUM, mechanism="laplace", **given).aggregation.noise.selections or ()
    assert chosen is not None
    least = threshold(DiscreteLaplace(1 / chosen.epsilon), 1, chosen.delta)
    needed = people_shown_with(Fraction(1, 2), chosen.epsilon, chosen.delta)
    assert needed <= least
    assert epsilon != "0.1" or needed < 0.8 * least


def test_a_law_that_cannot_be_drawn_gives_way_to_a_noisy_count() -> None:
    some = {**BOUNDED, "epsilon": "0.01", "max_rows_per_group": 1, "mechanism": "laplace"}
    few, many = (shape(SUM, max_groups=groups, **some).aggregation for groups in (2, 20))
    assert few.noise.selections is not None
    assert (many.noise.selections, len(many.noise.thresholds or ())) == (None, 1)
    small = shape(SUM, max_groups=1, **{**some, "epsilon": 1, "delta": "1e-19"}).aggregation
    assert (small.noise.selections, len(small.noise.thresholds or ())) == (None, 1)


def test_quantiles_alone_leave_the_rest_of_epsilon_to_the_choice_of_keys() -> None:
    sql = "SELECT county, median(amount) AS m FROM private.events GROUP BY county"
    found = shape(
        sql,
        epsilon=1,
        max_groups=2,
        max_rows_per_group=3,
        quantile_share=0.25,
        mechanism="laplace",
        **BOUNDED,
    )
    (chosen,) = found.aggregation.noise.selections or ()
    assert chosen is not None
    assert chosen.epsilon == pytest.approx(0.75 / 2, rel=1e-3)
    assert found.aggregation.components.columns == ()
    assert all(each.is_proven for each in found.guarantees().values())


def test_the_ledger_is_told_of_every_choice_of_keys() -> None:
    found = shape(COUNTS, sets=SETS, keys="private", mechanism="laplace", **{**SOME, "max_rows_per_group": 5})
    noise = found.aggregation.noise
    chosen = [each for each in noise.calibration.joint.events if isinstance(each, PartitionSelection)]
    assert [(each.epsilon / 4, each.delta / 4) for each in chosen] == [
        (each.epsilon, each.delta) for each in noise.selections or () if each is not None
    ]
    told = found.guarantees()["delta"]
    assert told.proven == pytest.approx(1e-6)
    assert "people >= pt_least_people(" in told.proof


def test_quantiles_spend_their_share_in_every_grouping_set() -> None:
    sql = "SELECT county, kind, count(*) AS n, median(amount) AS m FROM private.events GROUP BY ALL"
    config = {**SOME, "keys": LISTED, "bounds": {"amount": (0, 50)}, "quantile_share": 0.5}
    found = shape(sql, sets=((0, 1), (0,)), **config)
    choices = [
        each for each in found.aggregation.noise.calibration.joint.events if isinstance(each, Exponential)
    ]
    assert choices == [Exponential(Fraction(1, 16), 4), Exponential(Fraction(1, 4), 1)]
    (rate,) = found.aggregation.noise.rates
    assert 0 <= Fraction(1, 16) - 2 * rate * 2 < Fraction(1, 10**6)
    assert found.guarantees()["epsilon"].proven == pytest.approx(1, rel=1e-3)


def refusals(sql: str, sets: tuple[tuple[int, ...], ...], **config: Any) -> list[str]:
    found = shape(sql, sets=sets, **{**SOME, "keys": LISTED})
    changed = {**vars(found.promise), **config}
    _, problems = aggregation_of(found.aggregation.aggregate, type(found.promise)(**changed))
    assert all(problem.code == "PT640" and problem.fixes for problem in problems)
    return [problem.message for problem in problems]


@pytest.mark.parametrize(
    ("sql", "sets", "option", "said"),
    [
        (COUNTS, SETS[:1], "consistent", "one grouping set"),
        (COUNTS, ((0,), (1,)), "consistent", "no grouping set has them all"),
        (COUNTS.replace("count(*)", "count(DISTINCT person_id)"), SETS, "consistent", "add up"),
        (COUNTS.replace("AS n", "AS n, count(*) AS n_low"), SETS[:1], "intervals", "`n_low`"),
    ],
)
def test_an_option_that_means_nothing_is_refused(
    sql: str, sets: tuple[tuple[int, ...], ...], option: str, said: str
) -> None:
    (message,) = refusals(sql, sets, **{option: True})
    assert said in message


def test_intervals_of_quantiles_and_totals_of_private_keys_are_refused() -> None:
    private = shape(COUNTS, sets=SETS, keys="private", **SOME).promise
    (message,) = refusals(COUNTS, SETS, keys=private.keys, consistent=True)
    assert "private keys" in message
    sql = "SELECT county, kind, median(amount) AS m FROM private.events GROUP BY ALL"
    with pytest.raises(AssertionError, match="values around it"):
        shape(sql, keys=LISTED, bounds={"amount": (0, 9)}, intervals=True, **SOME)
    averages = "SELECT county, kind, avg(amount) AS m FROM private.events GROUP BY ALL"
    with pytest.raises(AssertionError, match="non_negative"):
        shape(averages, keys=LISTED, bounds={"amount": (0, 9)}, non_negative=True, **SOME)


def test_released_columns_know_of_intervals_and_scales() -> None:
    sql = "SELECT county, count(*) AS n, avg(amount) AS m FROM private.events GROUP BY county"
    found: Shape = shape(sql, keys={"county": ("ash",)}, bounds={"amount": (0, 9)}, intervals=True, **SOME)
    assert [(each.name, each.type, each.written) for each in found.aggregation.shown] == [
        ("county", "text", "county"),
        ("n", "integer", "n"),
        ("n_low", "integer", "n"),
        ("n_high", "integer", "n"),
        ("n_scale", "number", "n"),
        ("m", "number", "m"),
        ("m_low", "number", "m"),
        ("m_high", "number", "m"),
    ]
