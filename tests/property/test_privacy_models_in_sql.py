"""Privacy models as SQL and as arithmetic accept the same classes of any people, and the SQL is proven."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personatwin_sql.compile.class_rules import class_rules
from personatwin_sql.compile.model import PublishedColumn
from personatwin_sql.compile.proof import Authored, prove_k_anonymity, prove_models
from personatwin_sql.compile.protection import MacroModel
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.models.acceptance import acceptable
from personatwin_sql.privacy.models.alpha_k import AlphaK
from personatwin_sql.privacy.models.beta_likeness import BetaLikeness, EnhancedBetaLikeness
from personatwin_sql.privacy.models.counted import counted
from personatwin_sql.privacy.models.delta_disclosure import DeltaDisclosure
from personatwin_sql.privacy.models.delta_presence import LeastPresent, MostPresent
from personatwin_sql.privacy.models.distinct_l import DistinctDiversity
from personatwin_sql.privacy.models.entropy_l import EntropyDiversity
from personatwin_sql.privacy.models.equal_t import EqualCloseness
from personatwin_sql.privacy.models.hierarchical_t import HierarchicalCloseness
from personatwin_sql.privacy.models.model import PrivacyModel
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness
from personatwin_sql.privacy.models.recursive_l import RecursiveDiversity
from personatwin_sql.privacy.sensitive import Sensitive
from personatwin_sql.spec.hierarchy import Flat, Taxonomy
from personatwin_sql.spec.role import Role
from tests.fresh_database import fresh_database
from tests.unit.compile.proven_scripts import MACROS

TREES = {"ash": "broad", "elm": "broad", "fir": "conifer", "yew": "conifer"}
COLUMNS = (
    PublishedColumn("x", Role.QUASI_IDENTIFIER, "text", Flat(), level=0),
    PublishedColumn(
        "tree", Role.SENSITIVE, "text",
        Taxonomy(rows=tuple(TREES.items()), levels=("kind",), unmapped="error"), "trees",
    ),
    PublishedColumn("in_study", Role.INSENSITIVE, "boolean", Flat(), is_hidden=True),
)  # fmt: skip
SELECT = "SELECT person_id, x, tree, in_study FROM private.people"
Row = tuple[str | None, str | None, bool | None]
rows = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", None]),
        st.sampled_from([*TREES, "ash", None]),
        st.sampled_from([True, False, None]),
    ),
    min_size=1,
    max_size=40,
)
eighths = st.integers(1, 7).map(lambda number: number / 8)
models = st.one_of(
    st.integers(2, 4).map(lambda number: DistinctDiversity("tree", number)),
    st.sampled_from([1.5, 2.0, 3.0]).map(lambda number: EntropyDiversity("tree", number)),
    st.tuples(st.sampled_from([1.0, 1.5, 2.0, 3.0]), st.integers(2, 3)).map(
        lambda both: RecursiveDiversity("tree", *both)
    ),
    eighths.map(lambda number: AlphaK("tree", number)),
    eighths.map(lambda number: EqualCloseness("tree", number)),
    eighths.map(lambda number: OrderedCloseness("tree", number)),
    eighths.map(lambda number: HierarchicalCloseness("tree", number)),
    st.sampled_from([0.5, 1.0, 2.0]).map(lambda number: DeltaDisclosure("tree", number)),
    st.sampled_from([0.5, 1.0, 2.0]).map(lambda number: BetaLikeness("tree", number)),
    st.sampled_from([0.5, 1.0, 2.0]).map(lambda number: EnhancedBetaLikeness("tree", number)),
    eighths.map(lambda number: MostPresent("in_study", number)),
    eighths.map(lambda number: LeastPresent("in_study", number)),
)


def written(k: int, asked: Sequence[PrivacyModel]) -> str:
    return MACROS.call(
        "k_anonymity",
        {
            "model": MacroModel("seen", "models/seen.sql", 1, SELECT),
            "unit": "person_id",
            "columns": COLUMNS,
            "k": k,
            "one_row_per_unit": True,
            "sensitive": class_rules(asked, COLUMNS),
        },
    )


def released(people: Sequence[Row], script: str) -> tuple[set[str | None], int]:
    """The classes that are released, and their rows."""
    connection = fresh_database()
    connection.execute("CREATE SCHEMA private; CREATE SCHEMA release; CREATE SCHEMA hierarchy")
    connection.execute("CREATE TABLE hierarchy.trees (level_0 VARCHAR, level_1 VARCHAR)")
    connection.executemany("INSERT INTO hierarchy.trees VALUES (?, ?)", list(TREES.items()))
    connection.execute(
        "CREATE TABLE private.people (person_id INTEGER, x VARCHAR, tree VARCHAR, in_study BOOLEAN)"
    )
    numbered = [(number, *row) for number, row in enumerate(people)]
    connection.executemany("INSERT INTO private.people VALUES (?, ?, ?, ?)", numbered)
    connection.execute(script)
    assert [name for name, *_ in connection.execute("DESCRIBE release.seen").fetchall()] == ["x", "tree"]
    found = connection.execute("SELECT x FROM release.seen").fetchall()
    return {row[0] for row in found}, len(found)


def column(name: str, values: Sequence[object], order: Sequence[object]) -> Sensitive:
    """What each person has, each being a tuple of one; `order` says the codes of values that somebody has."""
    known = [value for value in order if value in values]
    null = len(known) if None in values else -1
    codes = [null if value is None else known.index(value) for value in values]
    parents = ()
    if name == "tree":
        kinds = sorted({TREES[str(value)] for value in known})
        of_null = [len(kinds)] * (null >= 0)
        parents = (
            np.array([*(kinds.index(TREES[str(value)]) for value in known), *of_null]),
            np.zeros(len(known) + (null >= 0), dtype=np.int64),
        )
    count = np.arange(len(values))
    return Sensitive(
        name, count, np.array(codes), np.ones_like(count), len(known) + (null >= 0), null, parents
    )


def accepted(people: Sequence[Row], k: int, asked: Sequence[PrivacyModel]) -> dict[str | None, int]:
    """The classes that satisfy k and all models, by arithmetic alone, and their people."""
    names = sorted({row[0] for row in people}, key=lambda name: (name is None, name))
    codes = np.array([[names.index(row[0])] for row in people])
    present = column("in_study", [row[2] for row in people], [False, True])
    if not any(row[2] is False for row in people):  # codes of a subset are fixed
        present = Sensitive(
            present.name, present.rows, present.values + 1, present.people, present.size + 1,
            present.null + (present.null >= 0),
        )  # fmt: skip
    if not any(row[2] is True for row in people) and present.null == 1:
        values = np.where(present.values == 1, 2, present.values)
        present = Sensitive(present.name, present.rows, values, present.people, 3, 2)
    tree = column("tree", [row[1] for row in people], list(TREES))
    ones = np.ones(len(people), dtype=np.int64)
    frequency = FrequencySet.of(
        ["x"], codes, ones, [np.array([range(len(names)), [0] * len(names)])], sensitive=(tree, present)
    )
    classes = counted(frequency, codes[:, 0], len(names))
    flags = acceptable(classes, k, asked)
    return {name: int(size) for name, size, is_in in zip(names, classes.sizes, flags, strict=True) if is_in}


@given(rows, st.integers(1, 4), st.lists(models, min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_sql_and_arithmetic_accept_the_same_classes(
    people: list[Row], k: int, asked: list[PrivacyModel]
) -> None:
    k = max(k, 2)
    wanted = accepted(people, k, asked)
    left_out = len(people) - sum(wanted.values())
    if wanted and 0 < left_out < k:
        smallest = min(wanted, key=lambda name: (wanted[name], name is None, name))
        wanted.pop(smallest)
    classes, count = released(people, written(k, asked))
    assert classes == set(wanted)
    assert count == sum(wanted.values())


@given(st.lists(models, min_size=1, max_size=4))
@settings(max_examples=20, deadline=None)
def test_what_the_macros_write_is_proven_as_it_is_asked_for(asked: list[PrivacyModel]) -> None:
    script = written(3, asked)
    authored = Authored(SELECT, "person_id", ("x", "tree", "in_study"), one_row_per_unit=True)
    assert prove_k_anonymity(script, "seen", authored, ("x",)).value == 3
    said = prove_models(script, "seen", authored, ("x",), frozenset({"in_study"}))
    for model in asked:
        macro = {
            DistinctDiversity: "l_diversity_distinct",
            EntropyDiversity: "l_diversity_entropy",
            AlphaK: "alpha_k",
            EqualCloseness: "t_closeness_equal",
            OrderedCloseness: "t_closeness_ordered",
            DeltaDisclosure: "delta_disclosure",
            BetaLikeness: "beta_likeness",
            EnhancedBetaLikeness: "beta_likeness_enhanced",
            MostPresent: "most_present",
            LeastPresent: "least_present",
        }.get(type(model))
        if isinstance(model, RecursiveDiversity):
            macro = f"l_diversity_recursive_{model.l}"
        if macro is None:
            continue
        proven = said[macro, str(model.column)].value
        assert proven is not None
        if model.direction == "at_least":
            assert proven >= model.required
        else:
            assert proven <= model.required


@pytest.mark.parametrize("k", [2, 5])
def test_the_smallest_class_that_hides_a_few_breaks_no_model(k: int) -> None:
    """Those left out are fewer than k at first, so the smallest class goes too; the others stay as good."""
    people: list[Row] = [("a", "ash", None)] * k + [("a", "fir", None)] * k
    people += [("b", "ash", None)] * k + [("b", "yew", None)] * k + [("b", "elm", None), ("c", "ash", None)]
    classes, count = released(people, written(k, [DistinctDiversity("tree", 2)]))
    assert (classes, count) == ({"b"}, 2 * k + 1)
