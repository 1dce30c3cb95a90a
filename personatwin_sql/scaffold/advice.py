"""What `init` advises: a domain that knows the files better, and places whose precision nobody has said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from personatwin_sql.compile.published import finest_level_of
from personatwin_sql.frozen import dataclass
from personatwin_sql.scaffold.recognition import recognised
from personatwin_sql.spec.domain import Column, Domain
from personatwin_sql.spec.hierarchy import Flat
from personatwin_sql.spec.loader import domain_names, load_domain
from personatwin_sql.spec.preset import PRESETS

WORTH_SAYING = 2
"""Columns that another domain must know beyond those of the domain that was taken."""


@dataclass(frozen=True)
class Advice:
    """Remarks about a new project, by names of columns alone."""

    only_top: tuple[str, ...] = ()
    """Columns of people that are finer than domain and level release, so that they are published as `*`."""
    unsaid: tuple[str, ...] = ()
    """Those of them whose precision is unknown, and may be declared."""
    event_places: tuple[str, ...] = ()
    """Places of events that may be released, and that do not stand beside each persona anyhow."""
    birth_column: str | None = None
    """A column that would give ages, of which there are none, if a reference date was named."""
    other_domain: str | None = None
    known_there: tuple[str, ...] = ()
    """Columns of the files that the other domain knows and the project's does not."""


def only_top(columns: Mapping[str, Column], domain: Domain, level: str) -> tuple[str, ...]:
    """The quasi-identifiers of which domain and level release nothing but `*`."""
    preset = PRESETS[level].no_finer_than(domain.time_precision, domain.place_precision)

    def is_too_fine(spec: Column) -> bool:
        hierarchy = spec.hierarchy or Flat()
        return finest_level_of(spec.place, hierarchy, preset) == hierarchy.height

    return tuple(name for name, spec in columns.items() if is_too_fine(spec))


def other_domain(domain: Domain, files: Mapping[str, Sequence[str]]) -> tuple[str | None, tuple[str, ...]]:
    """The built-in domain that knows most columns beyond those that this one knows, and which they are."""
    ours = set(_known(domain, files))
    best: tuple[str | None, tuple[str, ...]] = (None, ())
    for name in domain_names():
        beyond = tuple(column for column in _known(load_domain(name), files) if column not in ours)
        if len(beyond) >= max(WORTH_SAYING, len(best[1]) + 1):
            best = (name, tuple(dict.fromkeys(column for _, column in beyond)))
    return best


def _known(domain: Domain, files: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Table and column of what a domain recognises."""
    for table, columns in files.items():
        known = domain.entities[table].columns if table in domain.entities else {}
        for column in recognised(columns, known):
            if column.name is not None:
                yield table, column.column
