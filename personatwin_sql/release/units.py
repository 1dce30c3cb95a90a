"""Who was in which class of a past release: kept privately, so that a later one can be checked against it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from personatwin_sql.compile.quoting import identifier, literal
from personatwin_sql.engine.side_by_side import KEYED_UNIT, UnitMap
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.release.durable_file import private_folder, written_privately


class Session(Protocol):
    """What runs SQL for a node, and turns the engine's errors into ours."""

    def run(self, sql: str, node: str) -> object: ...


def keep_units(session: Session, model: str, folder: Path, units: UnitMap) -> Path:
    """Write who is in which class of a model to `units/<model>.parquet`: each unit keyed, and its class.

    The key is the session's variable `release_secret`, so it stands in no SQL. Without it nothing is kept.
    """
    path = private_folder(private_folder(folder) / "units") / f"{model}.parquet"
    with written_privately(path) as temporary:
        session.run(_copy(units, temporary), model)
    return path


def kept_units(session: Session, model: str, folder: Path, place: str) -> str:
    """The map of a release that was carried over, as a table of the session (`unit` keyed, `class_id`).

    Withheld where it is gone: nobody could tell any more who stays together beside that release.
    """
    path = folder / "units" / f"{model}.parquet"
    if not path.is_file():
        raise Withheld(
            Diagnostic(
                "PT211",
                f"`{model}` is not selected, and who was in which of its classes is no longer known",
                Place(place, 1),
                fixes=(f"select it too (--select … {model}), or build the whole project",),
            )
        )
    table = f"private.{identifier(f'{model}__kept_units')}"
    session.run(f"CREATE TABLE {table} AS SELECT * FROM read_parquet({literal(str(path))})", model)
    return table


def _copy(units: UnitMap, path: Path) -> str:
    """In the order of the keys, which says nothing of people."""
    unit = identifier(units.unit)
    people = f"SELECT {unit} AS unit, class_id FROM {units.table}"
    if not units.is_keyed:
        people = f"""SELECT
        coalesce(
            {KEYED_UNIT.format(unit)},
            error('the secret of the project is not set')
        ) AS unit,
        class_id
    FROM {units.table}
    WHERE {unit} IS NOT NULL
    ORDER BY unit"""
    return f"COPY (\n    {people}\n) TO {literal(str(path))} (FORMAT parquet)"
