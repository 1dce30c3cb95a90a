"""What differentially private models stand on: private models, and tables that tell of nobody."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.render import beneath, render
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic
from personatwin_sql.release.ledger.charge import Request


def build_below(session: Session, compiled: Compiled, names: Sequence[str]) -> None:
    """All that the named models read, in order, but for noisy tables; `forget_models` drops it again."""
    below = {upstream for name in names for upstream in compiled.graph.ancestors(name)}
    below.difference_update(compiled.private_statistics)
    for name, model in compiled.models.items():
        if name in below:
            session.run(render(compiled.loaded, model, None, beneath(model, compiled.models)), name)


def not_released(name: str, reader: Request) -> Diagnostic:
    """PT665: a model reads a noisy table that was not drawn by an earlier build."""
    fixes = (
        f"build without `{reader.model}` first, and add it then: `{name}` is read as it was drawn",
        "or list the keys: keys={'…': […]}",
    )
    message = f"`{reader.model}` reads `{name}`, and noise is drawn at the end of a build"
    return Diagnostic("PT665", message, reader.place, fixes=fixes)
