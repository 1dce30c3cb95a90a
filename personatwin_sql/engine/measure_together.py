"""How many people stay together when releases of the same people are read side by side."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import SideBySide, UnitMap, lay_side_by_side, smallest_intersection
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.protection import KAnonymity, Personas


def side_by_side(
    session: Session,
    measured: Sequence[Measured],
    models: Mapping[str, CompiledModel],
    carried: Mapping[str, UnitMap],
) -> SideBySide | None:
    """All releases of people in one table; None where there is none.

    `carried` are releases of an earlier build that stand beside those of this one.
    """
    built = {
        item.model: UnitMap.of(item.model, str(models[item.model].unit))
        for item in measured
        if isinstance(models[item.model].protection, KAnonymity | Personas)
    }
    maps = {**carried, **built}
    return lay_side_by_side(session, maps) if maps else None


def together(
    session: Session, releases: SideBySide, models: Mapping[str, CompiledModel], carried: Collection[str] = ()
) -> tuple[Guarantee, ...]:
    """How many stay together when releases of the same people are read together: each two, and all of them.

    Nothing is said of those that were `carried` over: they stood beside each other before.
    """
    found, names = [], releases.names
    for number, second in enumerate(names):
        if second in carried:
            continue
        found += [_beside(session, releases, second, (first,), models) for first in names[:number]]
        if number == len(names) - 1 and number > 1:
            found.append(_beside(session, releases, second, names[:number], models))
    return tuple(guarantee for guarantee in found if guarantee is not None)


def _beside(
    session: Session,
    releases: SideBySide,
    model: str,
    others: tuple[str, ...],
    models: Mapping[str, CompiledModel],
) -> Guarantee | None:
    """What is left of k when a release is read beside others; None where they have nobody in common."""
    fewest = smallest_intersection(session, releases, *others, model)
    if fewest is None:
        return None
    return Guarantee(
        model=model,
        name=f"k_beside_{others[0] if len(others) == 1 else 'all_others'}",
        direction="at_least",
        required=min(k_of(models[name]) for name in (*others, model)),
        declared_at=k_place(models[model]),
        proof="counted",
        measured=fewest,
        measured_only=True,
    )


def k_of(model: CompiledModel) -> float:
    """How many people a release keeps together; 0 where it tells of no people."""
    promise = model.protection
    return promise.k.value if isinstance(promise, KAnonymity | Personas) else 0.0


def k_place(model: CompiledModel) -> str:
    """Where that was declared."""
    promise = model.protection
    return str(promise.k.place) if isinstance(promise, KAnonymity | Personas) else ""
