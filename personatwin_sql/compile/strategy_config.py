"""`strategy` and `max_rows` of persona events, resolved: project < model, and what order rules they bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.order import added_types, repair_problems
from personatwin_sql.spec.project import StrategyName
from personatwin_sql.spec.protection import Declared, Strategy

MAX_ROWS = 20
"""Rows of a persona in a sample, where nobody says how many: as many as one reads at a glance."""
_NAMES: tuple[StrategyName, ...] = get_args(StrategyName)


def read_strategy(parsed: ParsedModel, loaded: Loaded, diagnostics: list[Diagnostic]) -> Strategy:
    """The strategy in force; what is wrong with it is added to the diagnostics.

    PT190 an unknown strategy, PT191 an option of another one, PT151 and PT152 its value, PT192 and PT194 a
    repair that cannot be.
    """
    reading = _Reading(parsed, loaded)
    name = reading.name(diagnostics)
    max_rows = reading.max_rows(name, diagnostics)
    rules = loaded.domain.order_rules
    is_repaired = name == "sequence" or rules.on_violation == "repair"
    if name == "sequence":
        diagnostics.extend(reading.problems_of_sequence())
    return Strategy(name, max_rows, rules if is_repaired else None)


class _Reading:
    def __init__(self, parsed: ParsedModel, loaded: Loaded) -> None:
        self.parsed = parsed
        self.loaded = loaded

    def place(self, key: str) -> Place:
        return self.parsed.places.get(key, Place(self.parsed.path, 1))

    def name(self, diagnostics: list[Diagnostic]) -> StrategyName:
        of_project = self.loaded.project.privacy.strategy or "aggregate"
        asked = self.parsed.config.get("strategy")
        if asked is None:
            return of_project
        found = next((name for name in _NAMES if name == asked), None)
        if found is None:
            label = suggestion(str(asked), _NAMES)
            fix = f"choose one of {', '.join(_NAMES)}"
            place = self.place("strategy")
            diagnostics.append(Diagnostic("PT190", "unknown strategy", place, label=label, fixes=(fix,)))
        return found or of_project

    def max_rows(self, name: StrategyName, diagnostics: list[Diagnostic]) -> Declared | None:
        """The project's number, or a smaller one of the model."""
        asked, place = self.parsed.config.get("max_rows"), self.place("max_rows")
        if name != "sample":
            if asked is not None:
                fix = "choose strategy='sample', or leave `max_rows` out"
                message = f"`max_rows` belongs to the strategy `sample`, not to `{name}`"
                diagnostics.append(Diagnostic("PT191", message, place, fixes=(fix,)))
            return None
        of_project = self.loaded.project.privacy.max_rows
        where = self.loaded.place("project.privacy.max_rows") if of_project else self.place("strategy")
        in_force = Declared(of_project or MAX_ROWS, where)
        if asked is None:
            return in_force
        if isinstance(asked, bool) or not isinstance(asked, int) or asked < 2:
            message = "`max_rows` is a whole number from 2: the first row and the last"
            diagnostics.append(Diagnostic("PT151", message, place))
            return in_force
        if of_project is not None and asked > of_project:
            message = f"`max_rows` = {asked} is looser than the project, where it is at most {of_project}"
            fix = f"keep {of_project} or lower it, or change it in {where}"
            diagnostics.append(Diagnostic("PT152", message, place, fixes=(fix,)))
            return in_force
        return Declared(asked, place)

    def problems_of_sequence(self) -> Iterator[Diagnostic]:
        """What the domain lacks; with `on_violation: repair` its own file was refused already."""
        rules, place = self.loaded.domain.order_rules, self._said()
        if not added_types(rules):
            fix = "write `must_follow` or `requires_closure` in the domain, or choose another strategy"
            message = "the strategy `sequence` follows order rules, and the domain has none"
            yield Diagnostic("PT192", message, place, fixes=(fix,))
        for problem in repair_problems(rules, self.loaded.domain.event_types):
            yield Diagnostic("PT194", f"the strategy `sequence` cannot be: {problem}", place)

    def _said(self) -> Place:
        if "strategy" in self.parsed.config:
            return self.place("strategy")
        return self.loaded.place("project.privacy.strategy")
