"""What `population:` says of columns, beside the columns that are released."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.errors import Diagnostic
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.loaded import Loaded


def check_population(loaded: Loaded, models: Mapping[str, CompiledModel]) -> Iterator[Diagnostic]:
    """PT420: a column of `population` that no release has as a quasi-identifier."""
    spec = loaded.project.population
    if spec is None:
        return
    released = {column.name for model in models.values() for column in model.quasi_identifiers}
    for name in spec.columns:
        if name not in released:
            yield Diagnostic(
                "PT420",
                f"`population`: no release has a quasi-identifier `{name}`",
                loaded.place(f"project.population.columns.{name}"),
                label=suggestion(name, released),
                fixes=("name the column as the release does",),
            )
