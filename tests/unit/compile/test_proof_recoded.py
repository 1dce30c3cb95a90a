"""What proves k-anonymity where classes differ in levels, and what must not: the table that says them is ours."""

# ruff: noqa: E501 (a mutant reads best in one line)
from __future__ import annotations

from dataclasses import replace

import pytest
from proven_scripts import COLUMNS, MACROS, PEOPLE, PEOPLE_SQL, QUASI, K

from personatwin_sql.compile.proof import Authored, Proof, prove_k_anonymity, prove_personas
from personatwin_sql.compile.protection import MacroModel

RECODED = tuple(
    replace(column, recoding="people_public", coarsest=column.hierarchy.height)
    if column.is_quasi_identifier
    else column
    for column in COLUMNS
)
OF_CLASSES = Authored(PEOPLE_SQL, "person_id", QUASI, one_row_per_unit=True)
TABLE = "private.people_public__recoding"


def script(macro: str, one_row_per_unit: bool = True) -> str:
    return MACROS.call(
        macro,
        {
            "model": MacroModel("people_public", "models/people_public.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": RECODED[:3] if macro == "k_anonymity_of_classes" else RECODED,
            "k": K,
            "one_row_per_unit": one_row_per_unit,
        },
    )


def proof(written: str, macro: str, one_row_per_unit: bool = True, is_recoded: bool = True) -> Proof:
    authored = OF_CLASSES if macro == "k_anonymity_of_classes" else PEOPLE
    authored = replace(authored, one_row_per_unit=one_row_per_unit)
    return prove_k_anonymity(written, "people_public", authored, QUASI, is_recoded=is_recoded)


BOTH = pytest.mark.parametrize("macro", ["k_anonymity", "k_anonymity_of_classes"])


@BOTH
@pytest.mark.parametrize("one_row", [True, False])
def test_the_macros_prove_their_promise(macro: str, one_row: bool) -> None:
    assert proof(script(macro, one_row), macro, one_row).value == K


@BOTH
def test_nothing_is_proven_of_a_recoding_that_was_not_declared(macro: str) -> None:
    assert proof(script(macro), macro, is_recoded=False).value is None


@BOTH
def test_a_script_may_not_make_the_table_itself(macro: str) -> None:
    own = f"CREATE TABLE {TABLE} AS SELECT age AS given_1, gender AS given_2, ethnicity AS given_3, age, gender, ethnicity FROM private.stg_people;\n"
    for is_recoded in (True, False):
        assert proof(own + script(macro), macro, is_recoded=is_recoded).value is None


HOLES = {
    "another's table": ("private.people_public__recoding", "private.other__recoding"),
    "a table of the author": ("private.people_public__recoding", "private.recoding"),
    "joined by fewer values": ("AND {r}.ethnicity IS NOT DISTINCT FROM recoding.given_3", ""),
    "joined by other values": ("{r}.age IS NOT DISTINCT FROM recoding.given_1", "{r}.age IS NOT DISTINCT FROM recoding.given_2"),
    "outer": ("INNER JOIN private.people_public__recoding", "LEFT JOIN private.people_public__recoding"),
    "made coarser no more": ("recoding.age", "CAST({r}.age AS VARCHAR) AS age"),
    "another column": ("recoding.age", "recoding.gender AS age"),
    "what was given": ("recoding.age", "recoding.given_1 AS age"),
    "more than it says": ("recoding.age", "concat(recoding.age, {r}.age) AS age"),
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("name", HOLES)
def test_nothing_is_proven_where_something_else_is_published(macro: str, name: str) -> None:
    relation = "authored" if macro == "k_anonymity" else "combinations"
    old, new = (part.format(r=relation) for part in HOLES[name])
    old, new = (f"{old},", f"{new},") if old == "recoding.age" else (old, new)
    written = script(macro)
    assert old in written
    assert proof(written.replace(old, new, 1), macro).value is None


@BOTH
def test_k_is_that_of_the_classes(macro: str) -> None:
    written = script(macro)
    assert f">= {K}\n)" in written
    assert proof(written.replace(f">= {K}\n)", ">= 2\n)"), macro).value == 2
    assert proof(written.replace(f">= {K}\n)", ">= 0\n)"), macro).value is None


def test_a_class_is_made_of_all_that_is_published() -> None:
    written = script("k_anonymity").replace("AND people.ethnicity IS NOT DISTINCT FROM classes.ethnicity", "")
    assert proof(written, "k_anonymity").value is None


def personas(within_columns: tuple[str, ...] = QUASI) -> str:
    return MACROS.call(
        "personas",
        {
            "model": MacroModel("personas", "models/personas.sql", 1, PEOPLE_SQL),
            "unit": "person_id",
            "columns": RECODED,
            "block": ("gender",),
            "within_block": ("age",),
            "within": "people_public",
            "k": K,
            "k_event": 2,
            "cap": 0.8,
            "one_row_per_unit": True,
            "within_columns": within_columns,
        },
    )


def k_of_personas(written: str, is_recoded: bool = True) -> float | None:
    proofs = prove_personas(
        written, "personas", PEOPLE, QUASI, ("screening",), "people_public", is_recoded=is_recoded
    )
    return proofs["k"].value


@pytest.mark.parametrize("within_columns", [(), QUASI])
def test_personas_publish_what_their_class_does(within_columns: tuple[str, ...]) -> None:
    written = personas(within_columns)
    assert k_of_personas(written) == K
    assert k_of_personas(written, is_recoded=False) is None
    assert k_of_personas(written.replace(TABLE, "private.other__recoding")) is None
    assert k_of_personas(written.replace(TABLE, "private.personas__recoding")) is None
