"""Whatever a changed script is proven to promise of sensitive values, it keeps when it runs.

What is released is counted from the rows of the release alone, shares of everybody from the people.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict

import duckdb
from hypothesis import given, settings
from proven_scripts import PEOPLE, QUASI
from test_proof_models import MODELS, script
from test_proof_soundness import CHANGES, COURTS, EXAMPLES, SEEDS, changed, prepared, quick, running

from personatwin_sql.compile.proof import prove_k_anonymity, prove_models
from personatwin_sql.privacy.models.beta_likeness import EnhancedBetaLikeness
from personatwin_sql.privacy.models.ordered_t import OrderedCloseness

Classes = dict[tuple[object, ...], Counter[object]]


def written() -> str:
    return script(*MODELS, EnhancedBetaLikeness("screening", 1.5), OrderedCloseness("screening", 0.4))


def classes_of(connection: duckdb.DuckDBPyConnection) -> Classes:
    found: defaultdict[tuple[object, ...], Counter[object]] = defaultdict(Counter)
    for row in connection.execute(
        "SELECT age, gender, ethnicity, screening FROM release.people_public"
    ).fetchall():
        found[row[:3]][row[3]] += 1
    return found


def weakest(model: str, classes: Classes, everybody: Counter[object]) -> float:
    """What the classes satisfy at best, by the definition of each model."""
    n = sum(everybody.values())
    found = []
    for values in classes.values():
        f = sum(values.values())
        known = {value: people for value, people in values.items() if value is not None}
        p = {value: people / f for value, people in values.items()}
        q = {value: everybody[value] / n for value in values}
        if model == "l_diversity_distinct":
            found.append(-len(known))
        elif model == "l_diversity_entropy":
            found.append(-min(_effective(values), _effective(Counter(known))))
        elif model == "l_diversity_recursive_2":
            rarer = sum(sorted(known.values(), reverse=True)[1:])
            found.append(max(values.values()) / rarer if rarer else math.inf)
        elif model == "alpha_k":
            found.append(max(p.values()))
        elif model == "t_closeness_equal":
            found.append(sum(max(0, p[value] - q[value]) for value in p))
        elif model == "t_closeness_ordered":
            found.append(_moved(values, everybody))
        elif model == "delta_disclosure":
            found.append(max(abs(math.log2(p[value] / q[value])) for value in p))
        else:
            found.append(max((p[value] - q[value]) / q[value] for value in p))
    return max(found, default=-math.inf)


def _moved(values: Counter[object], everybody: Counter[object]) -> float:
    """The earth mover's distance over places in an order; to NULL it is 1."""
    order = sorted(str(value) for value in everybody if value is not None)
    f, n = sum(values.values()), sum(everybody.values())
    known, all_known = f - values[None], n - everybody[None]
    moved = sum(
        abs(
            sum(values[value] for value in up_to) / known
            - sum(everybody[value] for value in up_to) / all_known
        )
        for up_to in (order[: place + 1] for place in range(len(order)))
        if known
    )
    return known / f * moved / max(len(order) - 1, 1) + abs(values[None] / f - everybody[None] / n)


def _effective(values: Counter[object]) -> float:
    people = sum(values.values())
    return math.exp(-sum(n / people * math.log(n / people) for n in values.values())) if people else 0


@given(seed=SEEDS, changes=CHANGES, rows=COURTS)
@settings(max_examples=EXAMPLES or 40, **quick)
def test_what_is_proven_of_sensitive_values_is_kept(seed: int, changes: int, rows: int) -> None:
    """A script of which k is not proven is released by nobody, so nothing is asked of it."""
    mutant = changed(written, seed, changes)
    said = prove_models(mutant, "people_public", PEOPLE, QUASI, frozenset())
    if not said or not prove_k_anonymity(mutant, "people_public", PEOPLE, QUASI).value:
        return
    connection = prepared(rows)
    people = connection.execute("SELECT screening, count(*) FROM private.stg_people GROUP BY ALL").fetchall()
    with running(connection, mutant) as is_run:
        if not is_run:
            return
        classes = classes_of(connection)
        for (model, column), proof in said.items():
            assert column == "screening"
            assert proof.value is not None
            at_most = (
                -proof.value if model in ("l_diversity_distinct", "l_diversity_entropy") else proof.value
            )
            assert weakest(model, classes, Counter(dict(people))) <= at_most + 1e-9, (model, proof)


def test_the_script_itself_is_proven_and_releases_somebody() -> None:
    said = prove_models(written(), "people_public", PEOPLE, QUASI, frozenset())
    assert len(said) == len(MODELS) + 3  # the basic β-likeness is half of the enhanced one
    connection = prepared(5)
    with running(connection, written()) as is_run:
        assert is_run
        assert classes_of(connection)
