"""A test as it runs: a SELECT of failing rows, or a model on invented rows."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.column import Origin
from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.data_test import GivenRows, Severity
from personatwin_sql.spec.hierarchy import Taxonomy


@dataclass(frozen=True)
class CompiledTest:
    """A generic or singular test: each row of its SELECT is a failure."""

    name: str
    kind: str
    """`not_null`, or `singular`."""
    sql: str
    place: Place
    needs: tuple[str, ...]
    """Models and tables of sources that it reads."""
    reads: frozenset[Origin] = frozenset()
    """Columns of sources that it reads itself."""
    severity: Severity = "error"
    tags: tuple[str, ...] = ()
    description: str = ""
    notes: tuple[str, ...] = ()
    """What is known before it runs; no value of the data."""
    of_source: Origin | None = None
    """The column of a source that it tests, every row of it."""

    @property
    def path(self) -> str:
        return self.place.path


@dataclass(frozen=True)
class CompiledUnitTest:
    """A model on invented rows. `given` makes its tables, `script` makes `result` out of them."""

    name: str
    model: str
    given: str
    taxonomies: Mapping[str, Taxonomy]
    script: str
    result: str
    """The table that the model becomes, as SQL names it."""
    expect: GivenRows
    place: Place
    tags: tuple[str, ...] = ()
    description: str = ""

    @property
    def path(self) -> str:
        return self.place.path
