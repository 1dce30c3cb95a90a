"""`loss` of a k_anonymity model, and the loss and the search of its project, resolved: project < model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar, get_args

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.objective import BY_COLUMN, MEASURES, MeanName, Objective
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import RecodingRule, SearchRule

_KEYS = ("measure", "mean", "weights", "suppression")
_MEANS: tuple[MeanName, ...] = get_args(MeanName)
_Name = TypeVar("_Name", bound=str)


def effort_of_project(loaded: Loaded) -> Effort:
    """How long any search of the project may take."""
    written = loaded.project.privacy.search
    return Effort(written.nodes, written.seconds)


def _of_project(loaded: Loaded) -> SearchRule:
    """What `project.yml` says."""
    loss, effort = loaded.project.privacy.loss, effort_of_project(loaded)
    if loss is None:
        return SearchRule(effort=effort)
    suppression = 1.0 if loss.suppression is None else loss.suppression
    objective = Objective(loss.measure, loss.mean or "arithmetic", suppression)
    return SearchRule(objective, effort=effort, place=loaded.place("project.privacy.loss"))


def read_search(
    parsed: ParsedModel, loaded: Loaded, recoding: RecodingRule, diagnostics: list[Diagnostic]
) -> SearchRule:
    """The search in force; what is wrong with it is added to the diagnostics.

    PT380 a loss that is not one, PT381 an option that its measure does not have, PT382 a loss that classes
    with levels of their own are not made by.
    """
    reader = _Reader(parsed, diagnostics)
    rule = _of_project(loaded)
    asked = parsed.config.get("loss")
    if asked is not None:
        rule = reader.rule(asked, rule)
    plain = Objective()
    if recoding.name != "global" and rule.objective != plain:
        reader.refuse(
            "PT382",
            f"`recoding: {recoding.name}` makes classes by the plain loss alone",
            "choose a global recoding, or leave the loss out",
            place=rule.place,
        )
    return rule


class _Reader:
    """Reads the `loss` of one model's config."""

    def __init__(self, parsed: ParsedModel, diagnostics: list[Diagnostic]) -> None:
        self._place = parsed.places.get("loss", Place(parsed.path, 1))
        self._diagnostics = diagnostics

    def refuse(
        self, code: str, message: str, *fixes: str, label: str | None = None, place: Place | None = None
    ) -> None:
        self._diagnostics.append(Diagnostic(code, message, place or self._place, label=label, fixes=fixes))

    def rule(self, asked: Any, of_project: SearchRule) -> SearchRule:
        """A model that says which loss says all of it: nothing of the project's loss is left."""
        if not isinstance(asked, Mapping):
            self.refuse("PT380", "`loss` maps `measure`, `mean`, `weights` and `suppression` to values")
            return of_project
        for key in asked:
            if key not in _KEYS:
                self.refuse("PT380", f"`loss` has no `{key}`", label=suggestion(str(key), _KEYS))
        measure = self._named(asked, "measure", MEASURES, "loss")
        if measure not in BY_COLUMN:
            self._refuse_idle(asked, measure)
        objective = Objective(
            measure, self._named(asked, "mean", _MEANS, "arithmetic"), self._suppression(asked)
        )
        return replace(of_project, objective=objective, weights=self._weights(asked), place=self._place)

    def _named(
        self,
        asked: Mapping[str, Any],
        key: Literal["measure", "mean"],
        names: tuple[_Name, ...],
        usual: _Name,
    ) -> _Name:
        value = asked.get(key, usual)
        found = next((name for name in names if name == value), None)
        if found is None:
            label = suggestion(str(value), names)
            self.refuse("PT380", f"unknown `loss.{key}`", f"choose one of {', '.join(names)}", label=label)
        return found or usual

    def _refuse_idle(self, asked: Mapping[str, Any], measure: str) -> None:
        for key in ("mean", "weights", "suppression"):
            if key in asked:
                self.refuse(
                    "PT381",
                    f"`loss.{key}` means nothing for {measure}, which has no losses of columns",
                    f"leave it out, or choose one of {', '.join(BY_COLUMN)}",
                )

    def _suppression(self, asked: Mapping[str, Any]) -> float:
        value = asked.get("suppression", 1.0)
        if _is_number(value) and 0 <= value <= 1:
            return float(value)
        self.refuse("PT380", "`loss.suppression` is a number from 0 to 1")
        return 1.0

    def _weights(self, asked: Mapping[str, Any]) -> Mapping[str, float]:
        value = asked.get("weights", {})
        if isinstance(value, Mapping) and all(_is_number(each) and 0 < each < 1e6 for each in value.values()):
            return {str(name): float(weight) for name, weight in value.items()}
        self.refuse("PT380", "`loss.weights` maps columns to numbers above 0, up to a million")
        return {}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def check_weights(rule: SearchRule, quasi_identifiers: tuple[str, ...]) -> list[Diagnostic]:
    """PT380 where a weight is that of no quasi-identifier of the SELECT."""
    return [
        Diagnostic(
            "PT380",
            f"`loss.weights` names `{name}`, which is no quasi-identifier of the SELECT",
            rule.place,
            label=suggestion(name, quasi_identifiers),
        )
        for name in rule.weights
        if name not in quasi_identifiers
    ]
