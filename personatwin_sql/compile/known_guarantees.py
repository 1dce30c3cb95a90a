"""What is guaranteed of those who know something of a person: proven through the personas, or counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from personatwin_sql.compile.proof import Proof
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KnownCells, PersonaEvents


def known_guarantees(
    model: str, promise: PersonaEvents, proofs: Mapping[str, Proof], of_personas: Sequence[Guarantee]
) -> Iterator[Guarantee]:
    """Whatever stands in rows of one persona is shared by all its people: so many are proven as the personas
    are, where the rows are proven to be theirs. More than that depends on the data, and is counted.

    A sensitive outcome is no surer over several personas than in the surest of them, where it is capped.
    """
    for each in promise.known:
        yield _shared(model, promise, each, proofs, of_personas)
        if each.confidence is not None:
            proof = proofs.get("outcome_cap", Proof(None, "no sensitive outcome is released"))
            yield Guarantee(
                model=model,
                name=f"{each.guarantee}_confidence",
                direction="at_most",
                required=each.confidence.value,
                declared_at=str(each.confidence.place),
                proven=proof.value,
                proof=proof.reading,
            )


def _shared(
    model: str,
    promise: PersonaEvents,
    each: KnownCells,
    proofs: Mapping[str, Proof],
    of_personas: Sequence[Guarantee],
) -> Guarantee:
    is_counted = each.k.value > promise.k.value
    proof = Proof(None, "counted") if is_counted else _of_one_persona(promise.personas, proofs, of_personas)
    return Guarantee(
        model=model,
        name=each.guarantee,
        direction="at_least",
        required=each.k.value,
        declared_at=str(each.k.place),
        proven=proof.value,
        proof=proof.reading,
        measured_only=is_counted,
    )


def _of_one_persona(personas: str, proofs: Mapping[str, Proof], of_personas: Sequence[Guarantee]) -> Proof:
    """The people of a persona, if rows of events are proven to be those of people of their personas."""
    rows = proofs.get("k_event")
    if rows is None or rows.value is None:
        return Proof(None, "whose events a row counts is not proven" if rows is None else rows.reading)
    k = next((each for each in of_personas if each.name == "k"), None)
    if k is None or k.proven is None:
        return Proof(None, f"k of `{personas}` is not proven")
    return Proof(k.proven, f"rows of one persona speak of all people of it, and in `{personas}`: {k.proof}")
