"""How good a source is: exact counts, for its owner alone."""

from __future__ import annotations

from personatwin_sql.errors import Diagnostic, NodeError
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class ColumnQuality:
    """One column that was read, counted over the rows of the file."""

    name: str
    missing: int
    """Rows without a value (an empty field of a CSV file, NULL), those with an invalid one included."""
    invalid: int
    """Rows whose value is not of the declared type; they became NULL."""
    future: int
    """Rows with a date after the day of the build."""
    disagreeing: int
    """People whose rows differ, and for whom the column became NULL. A missing value differs from none."""


@dataclass(frozen=True)
class SourceQuality:
    """One source as a build read it.

    `rows_read` = `rows` + `without_person` + `without_event` + `repeated_rows`.
    """

    source: str
    rows_read: int
    rows: int
    """Rows that the build works with."""
    without_person: int
    """Rows left out because nobody is named in them."""
    repeated_rows: int
    """Rows left out because they repeat another: of a person (one row each), of an event (word for word)."""
    repeated_people: int
    """People with more than one row, in a table of people."""
    reused_event_ids: int
    """Event ids on rows that differ; all those rows are kept."""
    columns: tuple[ColumnQuality, ...]
    without_event: int = 0
    """Rows of a wide file left out of the events because they have a person and no value of an event."""
    respelled_ids: int = 0
    """Ids of people that differ in their spelling alone from another, here or in another table."""


class InvalidValues(NodeError):
    """Values that are not of their declared type. `quality` holds how many, for the owner."""

    def __init__(self, diagnostics: list[Diagnostic], quality: SourceQuality) -> None:
        super().__init__(diagnostics)
        self.quality = quality
