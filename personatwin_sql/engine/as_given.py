"""Tables of the session that stand for released ones, with everybody in them: `original.<model>`."""

from __future__ import annotations

from typing import Literal

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session


def lay_beside(session: Session, model: str, sql: str, kind: Literal["TABLE", "VIEW"]) -> str:
    """Make `original.<model>` of a SELECT; its name in SQL."""
    name = f"original.{identifier(model)}"
    session.run(f"CREATE SCHEMA IF NOT EXISTS original; CREATE {kind} {name} AS\n{sql}", model)
    return name
