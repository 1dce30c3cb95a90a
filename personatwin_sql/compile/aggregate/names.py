"""Names of an aggregate that its protection needs for itself: two of one name would be mixed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.quoting import folded
from personatwin_sql.errors import Diagnostic, Place

OWN_QUERIES: Final = frozenset({"contributions", "ordered", "numbered", "per_person", "ranked", "bounded"})
"""The WITH queries of `macros/privacy/bounded_contributions.sql`, which stand beside the author's."""
_OWN: Final = "pt_"
_PARTS: Final = ("__values", "__centred", "__squares", "__agreed")
"""How the columns begin, and end, that the protection adds."""


def name_problems(aggregate: Aggregate, place: Place) -> Iterator[Diagnostic]:
    """PT660: columns and WITH queries that need another name."""
    for name, count in Counter(map(folded, aggregate.columns)).items():
        if count > 1:
            yield Diagnostic("PT660", f"two columns are called `{name}`", place, fixes=("rename one",))
        if name.startswith(_OWN) or name.endswith(_PARTS):
            message = f"`{name}`: such names (`pt_…`, `…__values`) are those of the protection's own columns"
            yield Diagnostic("PT660", message, place, fixes=("rename the column",))
    for name in _with_names(aggregate.with_sql):
        if folded(name) in OWN_QUERIES:
            message = f"the protection has a WITH query `{name}` of its own"
            yield Diagnostic("PT660", message, place, fixes=("rename yours",))


def _with_names(with_sql: str) -> tuple[str, ...]:
    if not with_sql:
        return ()
    (tree,) = DuckDB().parse(f"{with_sql} SELECT 1")
    clause = tree.args.get("with_") if isinstance(tree, exp.Select) else None
    return tuple(cte.alias for cte in clause.expressions) if clause is not None else ()
