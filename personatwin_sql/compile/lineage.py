"""What a model's SELECT gives: its columns with their roles, what rows are chosen by, what it reads."""

from __future__ import annotations

from personatwin_sql.compile.column import Authored
from personatwin_sql.compile.lineage_scope import RelationSchema
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.reading import Schemas, read
from personatwin_sql.compile.release_check import check_release

__all__ = ["RelationSchema", "check_release", "read_select"]


def read_select(parsed: ParsedModel, schemas: Schemas) -> Authored:
    """The author's SELECT in parts; `schemas` has the relations by rendered name (`private.stg_people`).

    Raises ProjectError with all that cannot be followed: nothing is guessed.
    """
    return read(parsed, schemas).authored
