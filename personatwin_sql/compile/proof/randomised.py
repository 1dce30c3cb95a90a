"""Proves randomised response: how often outcomes are told as others, for each event apart and for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.context import AUTHORED, Authored
from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need, of_kind, refuted
from personatwin_sql.compile.proof.statements import statements
from personatwin_sql.compile.quoting import folded, identifier, literal
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.noise.randomised_response import DRAWS, ResponseLaw

_FORM: Final = """
WITH authored AS (SELECT 1),
drawn AS (
    SELECT
        {kept},
        list_position({listed}, CAST(authored.{outcome} AS VARCHAR)) AS pt_place,
        CAST(concat('0x', left(sha256(concat_ws(
            '|',
            getvariable('release_secret'),
            {label},
            length(CAST(authored.{unit} AS VARCHAR)),
            authored.{unit},
            length(CAST(authored.{event} AS VARCHAR)),
            authored.{event},
            authored.{outcome}
        )), 16)) AS UBIGINT) AS pt_draw
    FROM authored
)
SELECT {told} FROM drawn
"""
_TOLD: Final = """
CASE
    WHEN pt_place IS NULL THEN NULL
    WHEN pt_draw < {changing} THEN list_extract(
        {listed}, CAST(1 + (pt_place + pt_draw // {other}) % {categories} AS BIGINT)
    )
    ELSE CAST({outcome} AS VARCHAR)
END AS {outcome}
"""
"""What the macro writes, to the letter: 64 bits of a hash of the whole secret and of the event, of which the
first `changing` tell another outcome, each of them as many."""


@dataclass(frozen=True)
class Told:
    """What is told by chance, and what the draws hang on."""

    event: str
    outcome: str
    outcomes: tuple[str, ...]
    label: str


def prove_randomised(statement: str, model: str, authored: Authored, told: Told) -> Proof:
    """ε of one outcome, where the SQL tells each as every other by that law and changes nothing else."""
    try:
        trees = statements(statement)
        need(len(trees) == 1, "outcomes are not randomised by one statement")
        query = _query(of_kind(trees[0], exp.Expr, "a type is made"), model)
        _stands_as_written(query, authored)
        law = _law(query, len(told.outcomes))
        need(_without_authored(query) == _expected(authored, told, law), "outcomes are told in another way")
    except NotProvableError as error:
        return refuted(error)
    reading = f"each of {law.categories - 1} other outcomes is told by {law.other} of 2^64 draws of an event"
    return Proof(float(law.epsilon), reading)


def _query(tree: exp.Expr, model: str) -> exp.Select:
    need(isinstance(tree, exp.Create) and folded(tree.kind or "") == "table", "no CREATE TABLE … AS")
    only(tree, "this", "kind", "expression")
    table = of_kind(tree.this, exp.Table, "a table with columns of its own")
    only(table, "this", "db")
    name = f"{folded(table.db)}.{folded(table.name)}"
    need(name == f"private.{folded(model)}__randomised", f"`{name}` is made instead")
    return of_kind(tree.args.get("expression"), exp.Select, "something else than a SELECT")


def _stands_as_written(query: exp.Select, authored: Authored) -> None:
    clause = of_kind(query.args.get("with_"), exp.With, "the author's SELECT is not there")
    first = clause.expressions[0]
    only(first, "this", "alias")
    written = statements(authored.sql)
    is_it = len(written) == 1 and first.this == written[0] and folded(first.alias) == AUTHORED
    need(is_it, "the author's SELECT does not stand as written")


def _law(query: exp.Select, categories: int) -> ResponseLaw:
    """By the number that draws are divided by: all else must follow from it."""
    divided = [node for each in query.expressions for node in each.find_all(exp.IntDiv)]
    number = divided[-1].expression if divided else None
    other = of_kind(number, exp.Literal, "no draw decides which outcome is told")
    need(other.is_int, "no draw decides which outcome is told")
    law = ResponseLaw(categories, int(other.this))
    need(categories > 1 and law.other > 0 and law.slope > 0, "the draws tell less than chance")
    need(law.changing < DRAWS, "no draw tells the truth")
    return law


def _expected(authored: Authored, told: Told, law: ResponseLaw) -> exp.Expr:
    listed = f"[{', '.join(map(literal, told.outcomes))}]"
    names = (authored.unit, *authored.columns)
    outcome = identifier(told.outcome)
    kept = ", ".join(f"authored.{identifier(name)}" for name in names)
    response = _TOLD.format(
        changing=law.changing,
        other=law.other,
        categories=law.categories,
        listed=listed,
        outcome=outcome,
    )
    shown = ", ".join(
        response if folded(name) == folded(told.outcome) else identifier(name) for name in names
    )
    form = _FORM.format(
        kept=kept,
        listed=listed,
        outcome=outcome,
        label=literal(told.label),
        unit=identifier(authored.unit),
        event=identifier(told.event),
        told=shown,
    )
    (tree,) = statements(form)
    return _without_authored(of_kind(tree, exp.Select, "no form"))


def _without_authored(query: exp.Select) -> exp.Expr:
    """The query with an empty SELECT in place of the author's, which is compared by itself."""
    copy = query.copy()
    first: Sequence[exp.Expr] = copy.args["with_"].expressions
    first[0].set("this", exp.select("1"))
    return copy
