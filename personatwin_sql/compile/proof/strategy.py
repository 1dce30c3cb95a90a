"""Proves a strategy: what it releases is made from publishable cells alone, and tells no more than they do.

Whatever is computed from rows that could all be published could be published too. Beyond that a row must be
true: it is a cell, or cells that agree in all it says of them; a cell is in one row at most.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from personatwin_sql.compile.proof.expression import only
from personatwin_sql.compile.proof.proof import NotProvableError, Proof, need, of_kind, refuted
from personatwin_sql.compile.proof.statements import statements
from personatwin_sql.compile.proof.strategy_reading import (
    MADE,
    CellColumns,
    Cells,
    Value,
    name_of,
    read_cells,
)
from personatwin_sql.compile.quoting import folded

COUNTS: Final = ("people", "events")


def prove_strategy(statement: str, cells: CellColumns) -> Proof:
    """1 where a row of the release is a cell, or no more than its cells say, and no cell is in two rows."""
    try:
        trees = statements(statement)
        need(len(trees) == 1, "the release is not made by one statement")
        scope, order = _released(of_kind(trees[0], exp.Expr, "a type is released"), cells)
        _says(scope, cells)
        _is_ordered(scope, order)
    except NotProvableError as error:
        return refuted(error)
    return Proof(1, f"rows are cells of {cells.table}, each at most once")


def _released(tree: exp.Expr, cells: CellColumns) -> tuple[Cells, frozenset[str]]:
    """The relation that is released, and the columns that its order names."""
    is_create = isinstance(tree, exp.Create) and folded(tree.kind or "") == "table"
    need(is_create, "a statement that is no CREATE TABLE … AS")
    only(tree, "this", "kind", "expression")
    table = of_kind(tree.this, exp.Table, "a table with columns of its own")
    only(table, "this", "db")
    is_release = f"{folded(table.db)}.{folded(table.name)}" == f"release.{folded(cells.model)}"
    need(is_release, f"`release.{cells.model}` is not made")
    select = of_kind(tree.args.get("expression"), exp.Select, "a union is not one choice of cells")
    ctes: dict[str, Cells] = {}
    clause = select.args.get("with_")
    if clause is not None:
        only(clause, "expressions")
        for cte in clause.expressions:
            only(cte, "this", "alias")
            only(cte.args["alias"], "this")
            query = of_kind(cte.this, exp.Select, "a union is not one choice of cells")
            need(not query.args.get("with_"), "WITH inside of WITH is not understood")
            need(not query.args.get("order"), "ORDER BY before the end is not understood")
            need(folded(cte.alias) not in ctes, f"two CTEs are called `{cte.alias}`")
            ctes[folded(cte.alias)] = read_cells(query, cells, ctes)
    return read_cells(select, cells, ctes), _ordered_by(select)


def _ordered_by(select: exp.Select) -> frozenset[str]:
    clause = select.args.get("order")
    if clause is None:
        raise NotProvableError(
            "the release has no ORDER BY at its end: its rows may stand in the order of the source"
        )
    only(clause, "expressions")
    nodes = [each.this for each in clause.expressions]
    need(all(isinstance(node, exp.Column) for node in nodes), "ORDER BY of more than columns")
    return frozenset(name_of(node) for node in nodes)


def _says(released: Cells, cells: CellColumns) -> None:
    """Each column is what its name says of the cells of a row."""
    about = tuple(map(folded, cells.about))
    allowed: dict[str, tuple[Value, ...]] = {
        **{name: (Value("copy", name),) for name in about},
        "people": (Value("max" if released.is_grouped else "copy", "people"),),
        "events": (_events(about, "sum" if released.is_grouped else "copy"),),
        "period": (Value("copy", "period"),),
        "period_from": (Value("min", "period"), Value("copy", "period")),
        "period_to": (Value("max", "period"), Value("copy", "period")),
        "step": (Value(MADE),),
    }
    for name, value in released.columns.items():
        need(name in allowed, f"the release has `{name}`, which was not declared")
        need(value in allowed[name], f"`{name}` is not that of the cells of its row")
    missing = [name for name in (*about, *COUNTS) if name not in released.columns]
    need(not missing, f"the release does not have {_listed(missing)}")
    is_dated = "period" in released.columns or {"period_from", "period_to"} <= set(released.columns)
    need(is_dated, "the release does not say when")


def _events(about: tuple[str, ...], kind: str) -> Value:
    """Where events may have been added, those count as none."""
    return Value(f"evidence of {kind}" if "is_added" in about else kind, "events")


def _is_ordered(released: Cells, order: frozenset[str]) -> None:
    """Rows that tie would stand as they came: all that tells two apart is in the order, and nothing else."""
    foreign = sorted(order - set(released.columns) - {"level_number"})
    need(not foreign, f"the order of the release is made of {_listed(foreign)} too")
    told = order | ({"level"} if "level_number" in order else set())
    apart = set(released.columns) - {"step"} - (set() if released.is_grouped else set(COUNTS))
    need(apart <= told, f"the order of the release leaves {_listed(sorted(apart - told))} out")


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
