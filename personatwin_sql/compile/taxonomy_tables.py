"""A taxonomy may be kept in a table of the sources, but not in columns that name people."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.compile.quoting import folded
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.role import Role

_NAMES_PEOPLE = frozenset({Role.DIRECT_IDENTIFIER, Role.PRIVACY_UNIT})


def check_taxonomies(loaded: Loaded) -> Iterator[Diagnostic]:
    """Levels are published as they stand: PT177 where one of them is a column that names people."""
    for name, hierarchy in loaded.domain.hierarchies.items():
        if not isinstance(hierarchy, Taxonomy) or hierarchy.table is None:
            continue
        columns = loaded.domain.sources.get(hierarchy.table, {})
        roles = {folded(column): fact.role for column, fact in columns.items()}
        for column in dict.fromkeys(hierarchy.level_columns):
            role = roles.get(folded(column))
            if role is not None and role in _NAMES_PEOPLE:
                yield Diagnostic(
                    "PT177",
                    f"the taxonomy `{name}` has a level `{hierarchy.table}.{column}`: a {role.value}",
                    loaded.place(f"domain.hierarchies.{name}"),
                    fixes=(
                        "name columns that hold groups of values, or keep the taxonomy in a table of its own",
                    ),
                )
