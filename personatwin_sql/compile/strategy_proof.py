"""What a script with a strategy proves: its repair, its cells, and that the release is made of them alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import TokenType

from personatwin_sql.compile.event_protection import date_of, dimensions_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.proof import Authored, Outcomes, PersonaColumns, Proof, prove_persona_events
from personatwin_sql.compile.proof.repair import prove_repair
from personatwin_sql.compile.proof.strategy import prove_strategy
from personatwin_sql.compile.proof.strategy_reading import CellColumns
from personatwin_sql.compile.strategy import counted, is_repaired, release_of_cells


def prove_with_strategy(
    script: str, model: CompiledModel, authored: Authored, personas: PersonaColumns, outcomes: Outcomes | None
) -> Mapping[str, Proof]:
    """The proofs of the cells, where the last statement releases nothing but cells, and the first repairs.

    The cells are proven as if each were released as it is; that a strategy joins or leaves out some then adds
    nothing to what may be known.
    """
    texts = statement_texts(script)
    repair, cells, release = _parts(texts, is_repaired=is_repaired(model))
    events = counted(model)
    about = ("level", *personas.names, *dimensions_of(events))
    proofs = prove_persona_events(
        ";\n".join((*cells, release_of_cells(model.name, about))),
        model.name,
        _counted(authored, events) if is_repaired(model) else authored,
        date_of(model),
        personas,
        outcomes,
    )
    found = [prove_strategy(release, CellColumns(model.name, about))]
    if is_repaired(model):
        found.append(prove_repair(repair, model.name, authored))
    broken = next((proof for proof in found if proof.value is None), None)
    if broken is not None:
        return dict.fromkeys(proofs, broken)
    return {
        name: replace(proof, reading="; ".join((proof.reading, *(each.reading for each in found))))
        if name == "partition" and proof.value is not None
        else proof
        for name, proof in proofs.items()
    }


def statement_texts(script: str) -> tuple[str, ...]:
    """The statements of a script as they are written."""
    try:
        tokens = DuckDB().tokenize(script)
    except TokenError:
        return ()
    ends = [token.start for token in tokens if token.token_type == TokenType.SEMICOLON]
    starts = [0, *(end + 1 for end in ends)]
    texts = [script[start:end] for start, end in zip(starts, [*ends, len(script)], strict=True)]
    return tuple(text for text in texts if DuckDB().tokenize(text))


def _parts(texts: tuple[str, ...], *, is_repaired: bool) -> tuple[str, tuple[str, ...], str]:
    """The repair, what makes the cells, and the release; texts that prove nothing where they are missing."""
    first = 1 if is_repaired else 0
    if len(texts) < first + 2:
        return "", (), ""
    return (texts[0] if is_repaired else ""), texts[first:-1], texts[-1]


def _counted(authored: Authored, events: CompiledModel) -> Authored:
    names = tuple(column.name for column in events.columns)
    return Authored(events.parsed.sql, authored.unit, names, one_row_per_unit=False)
