"""Sources for tests: a file with the given bytes or rows, bound as a project would bind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pytest

from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import Source
from personatwin_sql.engine.source_file import inspect
from personatwin_sql.engine.source_quality import SourceQuality
from personatwin_sql.engine.sources import describe, load
from personatwin_sql.errors import PersonaTwinError, Place
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.project import Ids, SourceTable
from personatwin_sql.spec.role import Role

PLANTED = "Zyxwvu-Planted-7731"
TODAY = date(2024, 6, 1)


def column(role: str = "quasi_identifier", type: str = "text", invalid: str = "error") -> Column:
    return Column.model_validate({"role": Role(role), "type": type, "invalid": invalid})


UNIT = column("privacy_unit")
PEOPLE = {"person_id": UNIT, "age": column(type="integer"), "gender": column()}
EVENTS = {
    "event_id": column("direct_identifier"),
    "person_id": UNIT,
    "date": column(type="date"),
    "charge": column(),
}


@dataclass
class TableSource:
    """Builds sources in a folder."""

    root: Path
    columns: dict[str, Column] = field(default_factory=lambda: {"person_id": UNIT})

    def file(self, name: str, content: bytes | str) -> Path:
        path = self.root / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def parquet(self, name: str, select: str) -> Path:
        path = self.root / name
        with duckdb.connect() as connection:
            connection.execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)").fetchall()
        return path

    def database(self, name: str, *statements: str) -> Path:
        path = self.root / name
        with duckdb.connect(str(path)) as connection:
            for statement in statements:
                connection.execute(statement).fetchall()
        return path

    def bound(
        self,
        path: str,
        columns: Mapping[str, Column] | None = None,
        entity: str = "people",
        written: Iterable[str] = (),
        wide: Iterable[str] | None = None,
        **table: object,
    ) -> Source:
        """`wide` names the columns of the other tables over a wide file."""
        columns = self.columns if columns is None else columns
        return Source(
            name=f"court.{entity}",
            root=self.root,
            table=SourceTable.model_validate({"path": path, **table} if path else table),
            entity=entity,
            columns=columns,
            written=frozenset(written),
            place=Place("project.yml", 4),
            columns_place=Place("domains/court.yml", 2),
            column_places={name: Place("domains/court.yml", 10 + n) for n, name in enumerate(columns)},
            domain_path="domains/court.yml",
            is_wide=wide is not None,
            others=frozenset(wide or ()),
        )

    def loaded(
        self,
        session: Session,
        source: Source,
        needed: Iterable[str] | None = None,
        *,
        has_whole_keys: bool = False,
        ids: Ids | None = None,
    ) -> tuple[SourceQuality, list[tuple[object, ...]]]:
        """The quality of a source, and the rows of its table in their order."""
        file = inspect(source.root, source.table, source.place)
        wanted = frozenset(source.columns if needed is None else needed)
        quality = load(session, source, file, wanted, TODAY, has_whole_keys=has_whole_keys, ids=ids)
        return quality, session.rows(f"FROM {source.relation} ORDER BY rowid")


PLACE = Place("project.yml", 4)


def names(source: TableSource, path: str, **table: object) -> list[str]:
    given = SourceTable.model_validate({"path": path, **table})
    return [name for name, _ in describe(source.root, given, PLACE)]


def refused(source: TableSource, session: Session, path: str, **table: object) -> str:
    """The code of the one error, in inspecting or else in reading; what is told quotes nothing."""
    bound = source.bound(path, {"a": column(), "b": column()}, "records", **table)
    with pytest.raises(PersonaTwinError) as raised:
        source.loaded(session, bound)
    (diagnostic,) = raised.value.diagnostics
    told = str(raised.value)
    assert PLANTED not in told
    assert Path(path).name in told
    assert diagnostic.place == PLACE
    assert diagnostic.fixes
    return diagnostic.code


def counts(quality: SourceQuality) -> tuple[int, ...]:
    """Rows read, kept, without a person, repeated; people with several rows, reused event ids."""
    return (
        quality.rows_read,
        quality.rows,
        quality.without_person,
        quality.repeated_rows,
        quality.repeated_people,
        quality.reused_event_ids,
    )


def of(quality: SourceQuality, name: str) -> tuple[int, ...]:
    """Missing, invalid, future, disagreeing."""
    (found,) = (column for column in quality.columns if column.name == name)
    return (found.missing, found.invalid, found.future, found.disagreeing)
