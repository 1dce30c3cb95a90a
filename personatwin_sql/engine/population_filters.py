"""People whom the author's filter has chosen: the population must be asked of whom it leaves, too."""

from __future__ import annotations

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import folded
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.errors.suggestion import listed
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.spec.role import Role


def refuse_hidden_filters(loaded: Loaded, model: CompiledModel) -> None:
    """Raises Withheld, PT260, where k-map is asked of people whom a column chose that classes do not have.

    The filter can be read by anybody: those of the population whom it leaves out are behind no class, and
    without the column they would be counted.
    """
    promise = model.protection
    asked = promise.models if isinstance(promise, KAnonymity | Personas) else ()
    place = next((each.place for each in asked if each.model.name == "k_map"), None)
    names = _hidden(loaded, model)
    if not names or not any(each.model.name == "k_map" for each in asked):
        return
    raise Withheld(
        Diagnostic(
            "PT260",
            f"`{model.name}` withheld: its people are chosen by {listed(names)}, which it does not select, "
            "so how many people of the population are alike cannot be told",
            place or Place(model.parsed.path, 1),
            fixes=("select what people are chosen by", "or filter what is released, and not the people"),
        )
    )


def _hidden(loaded: Loaded, model: CompiledModel) -> list[str]:
    """Quasi-identifiers that rows are filtered on and that no column of the model is made of."""
    own = {column.name for column in model.quasi_identifiers}
    selected = {
        origin for column in model.authored.columns if column.name in own for origin in column.origins
    }
    roles = {
        (source, folded(name)): fact.role
        for source, columns in loaded.domain.sources.items()
        for name, fact in columns.items()
    }
    hidden = {
        origin.column
        for origin in model.authored.filters - selected
        if roles.get((origin.source, folded(origin.column))) is Role.QUASI_IDENTIFIER
    }
    return sorted(hidden)
