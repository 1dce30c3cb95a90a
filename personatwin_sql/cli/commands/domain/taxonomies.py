"""The groups of a taxonomy, for who reads `domain show`."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from personatwin_sql.spec.hierarchy import Taxonomy

WIDTH = 100
MOST_VALUES = 60
"""Values of a group that are listed; a classification of thousands of codes is not read here."""
_UNMAPPED = {
    "error": "a value without a group stops the build",
    "top": "a value without a group is `*`",
    "keep": "a value without a group is released as given, or as `*`",
}


def taxonomy_lines(name: str, taxonomy: Taxonomy, with_values: bool) -> Iterator[str]:
    """Its groups from the coarsest down, and with `-v` the values of each of the finest."""
    if taxonomy.table is not None:
        yield f"  {name}: of the table {taxonomy.table}"
        return
    yield f"  {name}: {_UNMAPPED[taxonomy.unmapped]}"
    yield from _groups(tuple(row[1:][::-1] for row in taxonomy.rows), taxonomy, with_values, (), 4)


def _groups(
    paths: tuple[tuple[str, ...], ...],
    taxonomy: Taxonomy,
    with_values: bool,
    above: tuple[str, ...],
    indent: int,
) -> Iterator[str]:
    depth = len(above)
    names = tuple(dict.fromkeys(path[depth] for path in paths if path[:depth] == above))
    if depth + 1 < len(taxonomy.levels):
        for name in names:
            yield " " * indent + name
            yield from _groups(paths, taxonomy, with_values, (*above, name), indent + 2)
    elif with_values:
        for name in names:
            values = [row[0] for row in taxonomy.rows if row[1:][::-1] == (*above, name)]
            more = f" … {len(values):,} in all" if len(values) > MOST_VALUES else ""
            yield from listed(f"{name}: {', '.join(values[:MOST_VALUES])}{more}", indent)
    else:
        yield from listed(", ".join(names), indent)


def listed(text: str, indent: int = 2) -> Iterator[str]:
    """A long list, wrapped at words; what is carried over stands further in."""
    yield from wrap(
        text,
        WIDTH,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + 2),
        break_long_words=False,
        break_on_hyphens=False,
    )
