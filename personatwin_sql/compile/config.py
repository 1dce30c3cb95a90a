"""`config(…)` of a model becomes its promise: level preset < project < model, and never looser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import get_args

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.config_reader import ConfigReader
from personatwin_sql.compile.jinja import ParsedModel
from personatwin_sql.compile.known_config import read_known
from personatwin_sql.compile.microaggregate_config import publishes_groups
from personatwin_sql.compile.model_config import read_models
from personatwin_sql.compile.persona_models import of_personas
from personatwin_sql.compile.private_config import read_private
from personatwin_sql.compile.randomised_config import read_randomised
from personatwin_sql.compile.recoding_config import read_recoding, refuse_population
from personatwin_sql.compile.search_config import effort_of_project, read_search
from personatwin_sql.compile.strategy_config import read_strategy
from personatwin_sql.errors import Diagnostic
from personatwin_sql.spec.hierarchy import PERIODS, Period
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.preset import SENSITIVE_OUTCOME_CAP
from personatwin_sql.spec.protection import (
    Derived,
    KAnonymity,
    PersonaEvents,
    Personas,
    Protection,
    ProtectionName,
    SearchRule,
)


def resolve(
    parsed: ParsedModel, loaded: Loaded, aggregate: Aggregate | None = None
) -> tuple[Protection | None, list[Diagnostic]]:
    """The protection of a model (None for a private one) and what is wrong with its config.

    `aggregate`: the SELECT of a differentially private one.
    """
    reader = ConfigReader(parsed, loaded, aggregate)
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


def _k_anonymity(reader: ConfigReader) -> Protection:
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


def _personas(reader: ConfigReader) -> Protection:
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


def _persona_events(reader: ConfigReader) -> Protection:
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
        randomised=read_randomised(reader),
        columns=reader.columns(),
    )


def _finest_period(reader: ConfigReader) -> Period:
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


def _differential_privacy(reader: ConfigReader) -> Protection | None:
    if reader.aggregate is None:
        raise TypeError("the SELECT of a differentially private model is read first")
    return read_private(reader.parsed, reader.loaded, reader.aggregate, reader.diagnostics)


_BUILDERS: Mapping[str, Callable[[ConfigReader], Protection | None]] = {
    "k_anonymity": _k_anonymity,
    "personas": _personas,
    "persona_events": _persona_events,
    "differential_privacy": _differential_privacy,
    "derived": lambda _: Derived(),
}
