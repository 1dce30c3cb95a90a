"""What a strategy did to the rows of persona events, as the public is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.measured import Measured
from personatwin_sql.release.band import suppression_band
from personatwin_sql.release.result import Rule
from personatwin_sql.spec.protection import KnownCells, Strategy


def left_out(measured: Measured) -> tuple[str, ...]:
    """What a sample left out, as a band of the events that could be released."""
    if measured.strategy is None or not measured.strategy.events_left_out:
        return ()
    left, kept = measured.strategy.events_left_out, measured.strategy.published_events
    return (
        f"a sample was taken: of the events that could be released, {suppression_band(left, left + kept)}",
    )


def rules_of_strategy(model: CompiledModel, strategy: Strategy) -> Iterator[Rule]:
    """What was chosen beside the default: nothing where every cell is a row as it is."""
    if strategy.name != "aggregate":
        place = model.parsed.places.get("strategy", "project.yml")
        yield Rule("strategy", strategy.name, str(place))
    if strategy.max_rows is not None:
        yield Rule("max_rows", strategy.max_rows.value, str(strategy.max_rows.place))
    if strategy.repaired_by is not None:
        yield Rule("order rules", "repaired", "the domain's order_rules")


def rules_of_known(known: Iterable[KnownCells]) -> Iterator[Rule]:
    """How many people share what somebody knows of a person, and how sure an outcome may be."""
    for each in known:
        yield Rule(each.guarantee, each.k.value, str(each.k.place))
        if each.confidence is not None:
            yield Rule(f"{each.guarantee}_confidence", each.confidence.value, str(each.confidence.place))
