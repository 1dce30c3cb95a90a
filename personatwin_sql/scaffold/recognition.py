"""Which column of a file is which column of the domain: by name or alias, never by looking at values."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping

from personatwin_sql.frozen import dataclass
from personatwin_sql.scaffold.column_facts import column_facts
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.role import Role

_WRITTEN_WITH_CARE = frozenset("{}")
"""Letters of Jinja: a column whose name has them can be listed, but is not written into SQL."""


EVENT_ALONE = frozenset({"event_id", "date", "event_type", "outcome"})
"""What each row of a wide file has of its own; the other columns repeat what is known of the person."""


@dataclass(frozen=True)
class FileColumn:
    """One column of a file, and what the domain takes it for."""

    column: str
    """As the file has it; it may be anything."""
    name: str | None = None
    """The domain's name; None for a column that is not recognised."""
    spec: Column | None = None
    taken_by: str | None = None
    """The column of the same file that is taken for the same thing, so that this one stays inside."""
    is_of_event: bool = False
    """In a wide file: it changes with the event, so it is none of the people's."""
    is_of_person: bool = False
    """In a wide file: it repeats what is known of the person, so it is none of the events'."""
    written: Mapping[str, object] | None = None
    """What was said of it by whoever asked for the project, instead of what the domain takes it for."""

    @property
    def role(self) -> Role:
        """What is not known for sure stays inside."""
        return self.spec.role if self.spec is not None and self.taken_by is None else Role.DIRECT_IDENTIFIER

    @property
    def stays_inside(self) -> bool:
        return self.role is Role.DIRECT_IDENTIFIER


def recognised(
    columns: Iterable[str],
    known: Mapping[str, Column],
    *,
    person: str | None = None,
    shared: Collection[str] = (),
) -> tuple[FileColumn, ...]:
    """Each column of a file, in the file's order.

    Of columns that mean the same one counts, and the others stay inside: of keys of the person one that is
    `shared` with the other file, then the one that has the domain's own name, then the one whose alias
    stands first (a row number called `id` is not the person beside a `patient_id`), then the first. `person`
    is the key of the person, whatever it is called.
    """
    ranks = _ranks(known)
    unit = next((name for name, spec in known.items() if spec.role is Role.PRIVACY_UNIT), None)
    keys = {_bare(name) for name in shared}
    files = tuple(columns)
    meant: dict[str, tuple[str, int]] = {}
    for column in files:
        if column == person and unit is not None and _is_plain(column):
            meant[column] = (unit, -2)
        elif _is_plain(column) and _bare(column) in ranks:
            name, rank = ranks[_bare(column)]
            meant[column] = (name, -1 if name == unit and _bare(column) in keys else rank)
    holders: dict[str, str] = {}
    for column, (name, _rank) in sorted(meant.items(), key=lambda item: item[1][1]):
        holders.setdefault(name, column)
    return tuple(
        _file_column(column, meant[column][0], known, holders) if column in meant else FileColumn(column)
        for column in files
    )


def _ranks(known: Mapping[str, Column]) -> dict[str, tuple[str, int]]:
    """What a name means, and how surely: 0 for the domain's own name, then its aliases in their order."""
    ranks: dict[str, tuple[str, int]] = {}
    for name in known:
        ranks.setdefault(_bare(name), (name, 0))
    for name, spec in known.items():
        for rank, alias in enumerate(spec.aliases, start=1):
            ranks.setdefault(_bare(alias), (name, rank))
    return ranks


def without_events(columns: Iterable[FileColumn], events: Iterable[FileColumn]) -> tuple[FileColumn, ...]:
    """The columns of people in a wide file, whose rows are events: what is the event's stays inside."""
    of_event = {column.column for column in events if column.name in EVENT_ALONE and column.taken_by is None}
    return tuple(
        FileColumn(column.column, is_of_event=True) if column.column in of_event else column
        for column in columns
    )


def without_people(columns: Iterable[FileColumn], people: Iterable[FileColumn]) -> tuple[FileColumn, ...]:
    """The columns of events in a wide file: what only people are known by is not unrecognised."""
    of_people = {column.column for column in people if column.name is not None}
    return tuple(
        FileColumn(column.column, is_of_person=True)
        if column.name is None and column.column in of_people
        else column
        for column in columns
    )


def decided(
    columns: Iterable[FileColumn], decisions: Mapping[str, Mapping[str, object]], known: Mapping[str, Column]
) -> tuple[FileColumn, ...]:
    """The columns, those with a decision (column of the file → `{"role": …}`) as it says."""
    return tuple(
        _decided(column, decisions[column.column], known) if column.column in decisions else column
        for column in columns
    )


def _decided(column: FileColumn, written: Mapping[str, object], known: Mapping[str, Column]) -> FileColumn:
    """Under the domain's name where that is its own, else under its name in the file."""
    is_recognised = column.name is not None and column.taken_by is None
    name = column.name if is_recognised and column.name is not None else column.column
    spec = known.get(name) if is_recognised else None
    given = column_facts(spec) if spec is not None else {}
    merged = {**given, **written}
    return FileColumn(column.column, name, Column(role=Role(str(merged["role"]))), written=merged)


def _file_column(
    column: str, name: str, known: Mapping[str, Column], holders: Mapping[str, str]
) -> FileColumn:
    holder = holders[name]
    return FileColumn(column, name, known[name], None if holder == column else holder)


def _bare(name: str) -> str:
    """`Person ID`, `personId` and `PERSON-ID` are `personid`."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _is_plain(column: str) -> bool:
    return bool(_bare(column)) and column.isprintable() and not _WRITTEN_WITH_CARE & set(column)
