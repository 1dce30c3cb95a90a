"""How persona events whose outcomes are told by randomised response are rendered and counted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.compile.column import Origin
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.same_table import columns_read
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.exact_number import exact_text
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas, RandomisedOutcomes


@dataclass(frozen=True)
class Response:
    """The law as the macro sees it: integers of 2⁶⁴, and names."""

    changed: str
    outcomes: tuple[str, ...]
    other: int
    changing: int
    label: str
    """Of the draws: those of another law are others."""


def randomised(model: CompiledModel) -> RandomisedOutcomes | None:
    """How the outcomes of a model are told, where not as they are."""
    return model.protection.randomised if isinstance(model.protection, PersonaEvents) else None


def randomised_table(name: str) -> str:
    """The private table of events with their outcomes as they are told."""
    return f"private.{identifier(name + '__randomised')}"


def told(model: CompiledModel) -> CompiledModel:
    """The model whose events are counted: the author's, or those whose outcomes are told by chance."""
    if randomised(model) is None:
        return model
    names = [str(model.unit), *(column.name for column in model.columns)]
    sql = f"SELECT {', '.join(map(identifier, names))} FROM {randomised_table(model.name)}"
    return replace(model, parsed=replace(model.parsed, sql=sql, text="", lines=()))


def outcome_origins(model: CompiledModel) -> frozenset[Origin]:
    """The columns of sources that the outcome of persona events is made from."""
    outcome = model.protection.outcome if isinstance(model.protection, PersonaEvents) else None
    found = (column.origins for column in model.authored.columns if column.name == outcome)
    return next(found, frozenset())


def key_origins(model: CompiledModel, name: str) -> frozenset[Origin]:
    """The column of a source that a key repeats as it stands; empty for one that is computed."""
    found = next((column for column in model.authored.columns if column.name == name), None)
    return frozenset() if found is None or found.is_expression else found.origins


def columns_told(model: CompiledModel, tables: Mapping[str, str]) -> frozenset[str]:
    """What a table of people shows, chooses or counts by, as `columns_read` names it; none of noise."""
    if not isinstance(model.protection, KAnonymity | Personas | PersonaEvents):
        return frozenset()
    shown = (column.origins for column in model.authored.columns)
    return columns_read(model.authored.filters.union(model.authored.merged_by, *shown), tables)


def label_of(model: CompiledModel, rule: RandomisedOutcomes) -> str:
    """What a draw hangs on beside the event: of other outcomes, by another law, or where another column says
    which event or whose it is, it is another draw.
    """
    keys = (key_origins(model, rule.event), key_origins(model, str(model.unit)))
    said = "\n".join(
        (
            *(part for origins in (outcome_origins(model), *keys) for part in (*_written(origins), "")),
            *((rule.ids,) if rule.ids else ()),
            str(rule.law.other),
            *rule.outcomes,
        )
    )
    return f"randomised response {hashlib.sha256(said.encode()).hexdigest()[:16]}"


def _written(origins: frozenset[Origin]) -> list[str]:
    return [f"{origin.source}.{origin.column}" for origin in sorted(origins)]


def response_of(model: CompiledModel, rule: RandomisedOutcomes) -> Response:
    """What the macro writes."""
    law = rule.law
    return Response(exact_text(rule.changed), rule.outcomes, law.other, law.changing, label_of(model, rule))
