"""The keys of one model's `config(…)`, one by one: numbers are resolved, and never looser than the level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.jinja import ParsedModel
from personatwin_sql.compile.known_config import KNOWN_KEYS
from personatwin_sql.compile.microaggregate_config import GROUPED, read_microaggregate
from personatwin_sql.compile.persona_models import PERSONA_KEYS, RULE_KEYS
from personatwin_sql.compile.private_config import PRIVATE_KEYS
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.hierarchy import Hierarchy
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.privacy_models import KEYS as MODELS
from personatwin_sql.spec.protection import ColumnPromise, Declared

AT_LEAST = frozenset({"k", "k_event"})
_NUMBERS = {
    "k": int,
    "k_event": int,
    "max_people": int,
    "suppression_limit": float,
    "target_risk": float,
}
_LEAST = {"suppression_limit": 0.0, "target_risk": 5e-324}
"""The smallest value of each share: nothing may be suppressed, but a risk is never nothing."""
_KEYS: Mapping[str, tuple[str, ...]] = {
    "k_anonymity": (
        "k", "suppression_limit", "target_risk", "columns", "recoding", "suppression", "loss", "predict",
        *MODELS,
    ),
    "personas": (
        "k", "k_event", "max_people", "suppression_limit", "target_risk",
        "within", "block", "within_block", "columns", *PERSONA_KEYS, *RULE_KEYS,
    ),
    "persona_events": (
        "k_event", "personas", "outcome", "finest_period", "strategy", "max_rows", "randomised_response",
        "event_id", "columns", *KNOWN_KEYS,
    ),
    "differential_privacy": PRIVATE_KEYS,
    "derived": (),
}  # fmt: skip


class ConfigReader:
    """Reads one model's config and gathers what is wrong with it."""

    def __init__(self, parsed: ParsedModel, loaded: Loaded, aggregate: Aggregate | None) -> None:
        self.parsed = parsed
        self.loaded = loaded
        self.aggregate = aggregate
        self.diagnostics: list[Diagnostic] = []

    def place(self, key: str) -> Place:
        return self.parsed.places.get(key, Place(self.parsed.path, 1))

    def refuse(self, code: str, message: str, key: str, *fixes: str, label: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(code, message, self.place(key), label=label, fixes=fixes))

    def check_keys(self, name: str) -> None:
        allowed = ("protection", "materialized", *_KEYS[name])
        for key in self.parsed.config:
            if key not in allowed:
                owners = [f"`{other}`" for other, keys in _KEYS.items() if key in keys]
                close = () if owners else get_close_matches(key, allowed, 1)
                label = f"did you mean `{close[0]}`?" if close else None
                fixes = (f"it is a key of {' and '.join(owners)}: write it there",) if owners else ()
                self.refuse("PT150", f"unknown key `{key}` for protection `{name}`", key, *fixes, label=label)
        if self.parsed.config.get("materialized", "table") != "table":
            fix = "leave `materialized` out: a view would be computed anew at each read"
            self.refuse("PT151", "a released model is a table", "materialized", fix)

    def number(self, key: str, room_for: float = 0) -> Declared:
        """The number in force, from the preset, the project or the model; an error where one is looser.

        A limit is never taken to be below `room_for`, without which the other numbers could not be met.
        """
        level = self.loaded.project.privacy.level
        in_force = Declared(getattr(PRESETS[level], key), self.loaded.place("project.privacy.level"))
        of_project = getattr(self.loaded.project.privacy, key)
        if of_project is not None:
            in_force = Declared(of_project, self.loaded.place(f"project.privacy.{key}"))
        in_force = replace(in_force, value=max(in_force.value, room_for))
        value = self.parsed.config.get(key)
        if value is None:
            return in_force
        kind = _NUMBERS[key]
        if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else int):
            self.refuse("PT151", f"`{key}` is a {'number' if kind is float else 'whole number'}", key)
            return in_force
        lowest = _LEAST.get(key)
        if lowest is not None and not lowest <= value <= 1:
            self.refuse("PT151", f"`{key}` is a share {'from' if lowest == 0 else 'above'} 0 to 1", key)
            return in_force
        is_looser = value < in_force.value if key in AT_LEAST else value > in_force.value
        if is_looser:
            direction = "at least" if key in AT_LEAST else "at most"
            self.refuse(
                "PT152",
                f"`{key}` = {value:g} is looser than level `{level}`, "
                f"where it is {direction} {in_force.value:g}",
                key,
                f"keep {in_force.value:g} or tighten it, or choose a lower level in {in_force.place}",
            )
            return in_force
        return Declared(value, self.place(key))

    def names(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = self.parsed.config.get(key)
        if value is None:
            return default
        given = tuple(value) if isinstance(value, (list, tuple)) else (value,)
        names = tuple(name for name in given if isinstance(name, str))
        if isinstance(value, str) or len(names) < len(given):
            self.refuse("PT151", f"`{key}` is a list of column names", key)
            return default
        if len(set(names)) < len(names):
            self.refuse("PT151", f"`{key}` names a column twice", key)
            return default
        return names

    def text(self, key: str) -> str | None:
        value = self.parsed.config.get(key)
        if value is not None and not isinstance(value, str):
            self.refuse("PT151", f"`{key}` is a name", key)
            return None
        return value

    def columns(self) -> dict[str, ColumnPromise]:
        value = self.parsed.config.get("columns") or {}
        if not isinstance(value, Mapping):
            self.refuse("PT151", "`columns` maps columns to what is promised of them", "columns")
            return {}
        return {str(name): self._promise(str(name), promise) for name, promise in value.items()}

    def _promise(self, name: str, promise: Any) -> ColumnPromise:
        if not isinstance(promise, Mapping) or set(promise) - {"hierarchy", "level", "tolerance", *GROUPED}:
            message = f"`columns.{name}` takes `hierarchy`, `level`, `tolerance` and `microaggregate`"
            self.refuse("PT151", message, "columns")
            return ColumnPromise()
        hierarchy_name = promise.get("hierarchy")
        hierarchy: Hierarchy | None = None
        if hierarchy_name is not None:
            known = self.loaded.domain.hierarchies
            hierarchy = known.get(hierarchy_name) if isinstance(hierarchy_name, str) else None
            if hierarchy is None:
                close = get_close_matches(str(hierarchy_name), known, 1)
                label = f"did you mean `{close[0]}`?" if close else None
                message = f"`columns.{name}`: no such hierarchy in the domain"
                self.refuse("PT153", message, "columns", label=label)
        level = promise.get("level")
        if level is not None and (isinstance(level, bool) or not isinstance(level, int) or level < 0):
            self.refuse("PT151", f"`columns.{name}.level` is a whole number from 0", "columns")
            level = None
        tolerance = promise.get("tolerance")
        if tolerance is not None and (
            isinstance(tolerance, bool) or not isinstance(tolerance, int | float | str)
        ):
            self.refuse("PT151", f"`columns.{name}.tolerance` is a number or a name", "columns")
            tolerance = None
        grouped = read_microaggregate(self.parsed, name, promise, self.diagnostics)
        return ColumnPromise(hierarchy, level, hierarchy_name if hierarchy else None, tolerance, grouped)
