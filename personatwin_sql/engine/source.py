"""A table of a source as the project binds it: where it lies, what its columns are, where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from personatwin_sql.compile.quoting import folded, identifier
from personatwin_sql.errors import Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.project import SourceTable
from personatwin_sql.spec.role import Role

PEOPLE, EVENTS = "people", "events"
"""The entities whose rows are people and events."""
PERSON_ID = "person_id"
"""The key that `one_row_per_person` gives, where the domain names none."""


@dataclass(frozen=True)
class Source:
    """One table of the project's sources, with its columns as the domain describes them."""

    name: str
    """`court.people`."""
    root: Path
    table: SourceTable
    entity: str
    columns: Mapping[str, Column]
    """The entity's, and those that the domain writes for this source."""
    written: frozenset[str]
    """The columns that the domain writes for this source: each must be there."""
    place: Place
    """Where the project says where it lies."""
    columns_place: Place
    """Where the domain says what its columns are, or else where the project says where it lies."""
    column_places: Mapping[str, Place]
    domain_path: str
    is_wide: bool = False
    """Whether each row of the file is an event and repeats the columns of its person."""
    others: frozenset[str] = frozenset()
    """Folded names of the columns of a wide file that its other tables describe."""

    @property
    def relation(self) -> str:
        """The table of the session that it becomes."""
        return relation_of(self.name)

    @property
    def table_name(self) -> str:
        """That table without its schema."""
        return identifier(_table_name(self.name))

    @property
    def rows_read(self) -> str:
        """The table that holds its rows before any is left out."""
        return f"source.{identifier(f'{_table_name(self.name)}__rows_read')}"

    @property
    def same_ids(self) -> str:
        """The table of rows that share the id of an event with another, while they are looked at."""
        return f"source.{identifier(f'{_table_name(self.name)}__same_ids')}"

    @property
    def person_column(self) -> str:
        """The column of the role `privacy_unit` that the domain describes, or `person_id`."""
        units = (name for name, column in self.columns.items() if column.role is Role.PRIVACY_UNIT)
        return next(units, PERSON_ID)


def relation_of(source: str) -> str:
    """`court.people` → `source.court__people`."""
    return f"source.{identifier(_table_name(source))}"


def _table_name(source: str) -> str:
    return source.replace(".", "__", 1)


def sources_of(loaded: Loaded) -> tuple[Source, ...]:
    """Every table of the project's sources, in the order of project.yml."""
    found = tuple(
        _source(loaded, f"{source}.{name}", table)
        for source, tables in loaded.project.sources.items()
        for name, table in tables.items()
    )
    return tuple(_in_wide_file(source, found) for source in found)


def _in_wide_file(source: Source, sources: tuple[Source, ...]) -> Source:
    """The source, told of the other tables over its file if one of them says that the file is wide."""
    tables = [other for other in sources if _file(other) == _file(source)]
    if not any(table.table.rows for table in tables):
        return source
    others = {folded(name) for table in tables if table is not source for name in table.columns}
    return replace(source, is_wide=True, others=frozenset(others))


def _file(source: Source) -> tuple[str, str | None]:
    return str(source.root / source.table.shown), source.table.table


def _source(loaded: Loaded, name: str, table: SourceTable) -> Source:
    domain = loaded.domain
    entity = domain.source_entities[name]
    columns = domain.sources[name]
    places = {column: loaded.place(f"domain.sources.{name}.{column}") for column in columns}
    inherited = {
        column
        for column in columns
        if places[column] == loaded.places.get(f"domain.entities.{entity}.{column}")
    }
    place = loaded.place(f"project.sources.{name}")
    return Source(
        name=name,
        root=loaded.root,
        table=table,
        entity=entity,
        columns=columns,
        written=frozenset(columns) - inherited,
        place=place,
        columns_place=loaded.places.get(f"domain.sources.{name}", place),
        column_places=places,
        domain_path=domain.path,
    )
