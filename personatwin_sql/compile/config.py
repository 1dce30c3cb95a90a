"""`config(…)` of a model, checked and resolved: level preset < project < model, and never looser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any, get_args

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.jinja import ParsedModel
from personatwin_sql.compile.known_config import KNOWN_KEYS, read_known
from personatwin_sql.compile.microaggregate_config import GROUPED, publishes_groups, read_microaggregate
from personatwin_sql.compile.model_config import read_models
from personatwin_sql.compile.persona_models import PERSONA_KEYS, RULE_KEYS, of_personas
from personatwin_sql.compile.private_config import PRIVATE_KEYS, read_private
from personatwin_sql.compile.recoding_config import read_recoding, refuse_population
from personatwin_sql.compile.search_config import effort_of_project, read_search
from personatwin_sql.compile.strategy_config import read_strategy
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.hierarchy import PERIODS, Hierarchy, Period
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.preset import PRESETS, SENSITIVE_OUTCOME_CAP
from personatwin_sql.spec.privacy_models import KEYS as MODELS
from personatwin_sql.spec.protection import (
    ColumnPromise,
    Declared,
    Derived,
    KAnonymity,
    PersonaEvents,
    Personas,
    Protection,
    ProtectionName,
    SearchRule,
)

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
        "k_event", "personas", "outcome", "finest_period", "strategy", "max_rows", "columns", *KNOWN_KEYS,
    ),
    "differential_privacy": PRIVATE_KEYS,
    "derived": (),
}  # fmt: skip


class _Reader:
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


def resolve(
    parsed: ParsedModel, loaded: Loaded, aggregate: Aggregate | None = None
) -> tuple[Protection | None, list[Diagnostic]]:
    """The protection of a model (None for a private one) and what is wrong with its config.

    `aggregate`: the SELECT of a differentially private one.
    """
    reader = _Reader(parsed, loaded, aggregate)
    name = parsed.config.get("protection")
    if name is None:
        for key in parsed.config:
            fix = "name its `protection`, or leave config() out"
            reader.refuse("PT150", f"a private model takes no `{key}`", key, fix)
        return None, reader.diagnostics
    known = get_args(ProtectionName)
    if name not in known:
        close = get_close_matches(str(name), known, 1)
        label = f"did you mean `{close[0]}`?" if close else None
        fix = f"choose one of {', '.join(known)}"
        reader.refuse("PT154", "unknown protection", "protection", fix, label=label)
        return None, reader.diagnostics
    reader.check_keys(str(name))
    protection = _BUILDERS[str(name)](reader)
    return protection, reader.diagnostics


def _k_anonymity(reader: _Reader) -> Protection:
    recoding = read_recoding(reader.parsed, reader.loaded, reader.diagnostics)
    columns = reader.columns()
    recoding = publishes_groups(reader.parsed, recoding, columns, reader.diagnostics)
    models, rules = read_models(reader.parsed, reader.loaded, reader.diagnostics)
    reader.diagnostics.extend(refuse_population(reader.parsed, recoding, models))
    return KAnonymity(
        k=reader.number("k"),
        suppression_limit=reader.number("suppression_limit"),
        target_risk=reader.number("target_risk"),
        columns=columns,
        recoding=recoding,
        predict=reader.names("predict", ()),
        search=read_search(reader.parsed, reader.loaded, recoding, reader.diagnostics),
        counts_population=reader.loaded.project.privacy.membership == "secret" and not recoding.is_by_class,
        models=models,
        rules=rules,
    )


def _personas(reader: _Reader) -> Protection:
    rules = reader.loaded.domain.personas
    declared, of_release = read_models(reader.parsed, reader.loaded, reader.diagnostics)
    k = reader.number("k")
    max_people = reader.number("max_people", room_for=2 * k.value - 1)
    if max_people.value < 2 * k.value - 1:
        reader.refuse(
            "PT155",
            f"`max_people` = {max_people.value:g} is below 2k - 1 = {2 * k.value - 1:g}: "
            "a group of that size could be neither cut nor kept",
            "max_people" if "max_people" in reader.parsed.config else "k",
            f"raise `max_people` to {2 * k.value - 1:g} or more",
        )
    return Personas(
        k=k,
        max_people=max_people,
        suppression_limit=reader.number("suppression_limit"),
        target_risk=reader.number("target_risk"),
        k_event=reader.number("k_event"),
        within=reader.text("within"),
        block=reader.names("block", rules.block),
        within_block=reader.names("within_block", rules.within_block),
        columns=reader.columns(),
        search=SearchRule(effort=effort_of_project(reader.loaded)),
        models=of_personas(declared),
        rules=of_release,
    )


def _persona_events(reader: _Reader) -> Protection:
    k = reader.number("k")
    k_event = reader.number("k_event")
    personas = reader.text("personas")
    if not personas:
        fix = "add personas=ref('personas')"
        reader.refuse("PT157", "`persona_events` needs the personas that it speaks of", "protection", fix)
    known = read_known(reader.parsed, reader.diagnostics)
    sure = (each.confidence.value for each in known if each.confidence is not None)
    return PersonaEvents(
        k=k,
        k_event=k_event,
        personas=personas or "",
        outcome=reader.text("outcome"),
        sensitive_outcomes=reader.loaded.domain.sensitive_outcomes,
        outcome_cap=min((SENSITIVE_OUTCOME_CAP, *sure)),
        finest_period=_finest_period(reader),
        strategy=read_strategy(reader.parsed, reader.loaded, reader.diagnostics),
        known=known,
        columns=reader.columns(),
    )


def _finest_period(reader: _Reader) -> Period:
    finest = reader.loaded.preset.finest_period
    asked = reader.text("finest_period")
    if asked is None:
        return finest
    if asked not in PERIODS:
        reader.refuse("PT151", f"`finest_period` is one of {', '.join(PERIODS)}", "finest_period")
        return finest
    if PERIODS.index(asked) < PERIODS.index(finest):
        loaded = reader.loaded
        reader.refuse(
            "PT152",
            f"`finest_period` = {asked} is finer than level `{loaded.project.privacy.level}` "
            f"and domain `{loaded.domain.name}` allow ({finest})",
            "finest_period",
        )
        return finest
    return PERIODS[PERIODS.index(asked)]


def _differential_privacy(reader: _Reader) -> Protection | None:
    if reader.aggregate is None:
        raise TypeError("the SELECT of a differentially private model is read first")
    return read_private(reader.parsed, reader.loaded, reader.aggregate, reader.diagnostics)


_BUILDERS: Mapping[str, Callable[[_Reader], Protection | None]] = {
    "k_anonymity": _k_anonymity,
    "personas": _personas,
    "persona_events": _persona_events,
    "differential_privacy": _differential_privacy,
    "derived": lambda _: Derived(),
}
