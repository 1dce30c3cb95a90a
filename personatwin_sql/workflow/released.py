"""Models in order: private ones run as written, release ones choose levels, are proven, run and counted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.guarantees import guarantees_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.compile.protection import Chosen, asks_population, least_in_population, macro_model
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.compile.render import beneath, render
from personatwin_sql.engine.class_populations import write_in_population
from personatwin_sql.engine.earlier import cut_inside_earlier
from personatwin_sql.engine.levels import Choice, choose
from personatwin_sql.engine.listed import refuse_unlisted
from personatwin_sql.engine.measure import measure
from personatwin_sql.engine.measure_together import side_by_side, together
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.patterns import released_patterns, rows_by_level
from personatwin_sql.engine.persona_candidates import write_candidates
from personatwin_sql.engine.recount import recount
from personatwin_sql.engine.recount_randomised import refuse_undrawable
from personatwin_sql.engine.released_population import ReleasedPopulation, released_population
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.side_by_side import SideBySide, UnitMap
from personatwin_sql.errors import Diagnostic, Withheld
from personatwin_sql.release.carry import carry
from personatwin_sql.release.gate import judge_proofs
from personatwin_sql.release.promise import figure
from personatwin_sql.release.result import EventPattern, LevelCount, PopulationRisk, ReleasedModel
from personatwin_sql.release.state import State
from personatwin_sql.release.units import kept_units
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.workflow.assemble import released_model
from personatwin_sql.workflow.data_tests import Testing
from personatwin_sql.workflow.narrator import Narrator, Telling
from personatwin_sql.workflow.populations import population_risk, with_population_measured

_FAILED = "failed a test"


@dataclass
class Built:
    """What stands in the session after all models have run."""

    models: dict[str, ReleasedModel] = field(default_factory=dict)
    measured: dict[str, Measured] = field(default_factory=dict)
    choices: dict[str, Choice] = field(default_factory=dict)
    held: list[Diagnostic] = field(default_factory=list)
    side_by_side: SideBySide | None = None
    """All releases of people in one table, where there are any."""
    absent: dict[str, str] = field(default_factory=dict)
    """What was not built, and why."""
    everybody: Mapping[str, int] | None = None
    """Model → people, those who are held back counted: personas are then cut inside what earlier releases put
    together."""
    units_before: Path | None = None
    """Where it stands who was in which class of the release before, if there is one."""

    @property
    def chosen(self) -> dict[str, Chosen]:
        """What the lock remembers."""
        return {name: choice.chosen for name, choice in self.choices.items()}

    def units(self, name: str, unit: str) -> UnitMap:
        """Who is in which class of a model."""
        own = UnitMap.of(name, unit)
        return own if self.side_by_side is None else self.side_by_side.map_of(name)


def build_models(
    session: Session,
    compiled: Compiled,
    names: Sequence[str],
    locked: Mapping[str, Chosen],
    compiled_folder: Path,
    narrator: Narrator,
    testing: Testing,
    failed: Collection[str] = (),
    *,
    everybody: Mapping[str, int] | None = None,
    units_before: Path | None = None,
    built: Built | None = None,
) -> Built:
    """Run the named models and their tests in order.

    A model that is withheld, or fails a test, holds back those that stand on it; so do `failed` sources.
    `everybody`: model → people, where some are held back beside earlier releases. `units_before`: the folder
    that says who was in which class of the release before. `built`: what stands.
    """
    built = built or Built(
        absent=dict.fromkeys(failed, _FAILED), everybody=everybody, units_before=units_before
    )
    absent = built.absent
    for name in names:
        model = compiled.models[name]
        missing = sorted(absent.keys() & {*model.parsed.refs, *model.parsed.sources})
        if missing:
            why = absent[name] = absent[missing[0]]
            narrator.skipped(name, f"`{missing[0]}` {why}")
            continue
        try:
            with narrator.node(name) as telling:
                _build_model(session, compiled, model, locked.get(name), built, compiled_folder, telling)
        except Withheld as error:
            built.held.extend(error.diagnostics)
            absent[name] = "was withheld"
            continue
        if testing.after(session, name):
            absent[name] = _FAILED
    return built


def _build_model(
    session: Session,
    compiled: Compiled,
    model: CompiledModel,
    locked: Chosen | None,
    built: Built,
    folder: Path,
    telling: Telling,
) -> None:
    loaded, promise = compiled.loaded, model.protection
    below = beneath(model, compiled.models)
    if isinstance(promise, KAnonymity | Personas):
        everybody = None if built.everybody is None else built.everybody.get(model.name)
        made = built.choices[model.name] = choose(
            session, loaded, model, locked, built.choices, built.units_before, everybody
        )
        write_in_population(session, model, made.frequency, made.chosen)
        write_candidates(session, loaded, model, made.frequency if below is None else None, below)
    choice = built.choices.get(model.name)
    if built.everybody is not None and isinstance(promise, Personas):
        inside = cut_inside_earlier(session, model.name, _people_of(model, below), str(model.unit))
        cut = replace(model, protection=replace(promise, within=inside))
    else:
        cut, inside = model, None
    script = render(loaded, model, choice.chosen if choice else None, below, inside)
    write_compiled(folder, model, script)
    if promise is None:
        session.run(script, model.name)
        return
    beside = built.measured.get(below.name) if below is not None else None
    guarantees = guarantees_of(cut, script, below, beside.guarantees if beside is not None else ())
    if unproven := judge_proofs(model.name, promise.name, model.parsed.path, guarantees):
        raise Withheld(unproven)
    refuse_undrawable(session, model)
    session.run(script, model.name)
    measured = measure(session, model, guarantees, compiled.models, choice.chosen.levels if choice else None)
    population = _beside_population(session, loaded, model, choice)
    measured = replace(measured, guarantees=with_population_measured(measured.guarantees, population))
    built.measured[model.name] = measured
    rows = int(session.value(f"SELECT count(*) FROM release.{identifier(model.name)}"))
    is_events = isinstance(promise, PersonaEvents)
    built.models[model.name] = released_model(
        compiled,
        model,
        rows,
        measured.guarantees,
        measured,
        choice,
        _patterns(session, model, below) if is_events and below is not None else (),
        _levels(session, model) if is_events else (),
        _population_risk(loaded, population),
    )
    telling.detail = _detail(built.models[model.name], measured.guarantees)
    if isinstance(promise, PersonaEvents) and loaded.domain.unlisted == "refuse":
        refuse_unlisted(session, loaded, model)


def _beside_population(
    session: Session, loaded: Loaded, model: CompiledModel, choice: Choice | None
) -> ReleasedPopulation | None:
    if choice is None or loaded.project.population is None:
        return None
    promise = model.protection
    by_class = isinstance(promise, KAnonymity) and promise.recoding.is_by_class
    found = released_population(session, loaded, model, choice.chosen.levels, by_class=by_class)
    if found is None:
        return None
    own = f"private.{identifier(model.name + '__recount')}"
    if isinstance(promise, Personas) and least_in_population(promise):
        levels: Sequence[int] = (0,) * len(model.quasi_identifiers)
        names = [column.name for column in model.quasi_identifiers]
        recount(
            session,
            model.name,
            macro_model(model).sql,
            str(model.unit),
            names,
            model.authored.one_row_per_unit,
        )
    elif choice.recoding is not None and asks_population(model):
        levels = choice.recoding.lowest
    else:
        return found
    # Most builds ask for no candidates and do not pay for reading how they are counted.
    from personatwin_sql.engine.recount_candidates import candidates_of_classes

    return replace(found, candidates=candidates_of_classes(session, loaded, model, own, levels))


def _population_risk(loaded: Loaded, found: ReleasedPopulation | None) -> PopulationRisk | None:
    spec = loaded.project.population
    return None if spec is None or found is None else population_risk(spec, found)


def _people_of(model: CompiledModel, below: CompiledModel | None) -> str:
    """Everybody of personas, with their class in what they are cut inside of: one class, if in nothing."""
    unit = identifier(str(model.unit))
    if below is None:
        return f"(SELECT DISTINCT {unit}, 0 AS class_id FROM (\n{macro_model(model).sql}\n))"
    units = f"private.{identifier(f'{below.name}__units')}"
    return f"(SELECT {identifier(str(below.unit))} AS {unit}, class_id FROM {units})"


def _patterns(session: Session, model: CompiledModel, personas: CompiledModel) -> tuple[EventPattern, ...]:
    return tuple(
        EventPattern(risk.m, risk.smallest, risk.unique_share, risk.is_exact)
        for risk in released_patterns(session, model, personas)
    )


def _levels(session: Session, model: CompiledModel) -> tuple[LevelCount, ...]:
    return tuple(LevelCount(level.level, level.rows, level.events) for level in rows_by_level(session, model))


def write_compiled(folder: Path, model: CompiledModel, script: str) -> Path:
    """The SQL that runs, where the author can read it."""
    relative = Path(model.parsed.path)
    path = folder / (relative.relative_to("models") if relative.is_relative_to("models") else relative)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{script}\n", encoding="utf-8")
    return path


def carry_models(
    session: Session,
    state: State | None,
    release_file: Path,
    names: Sequence[str],
    built: Built,
    narrator: Narrator,
) -> None:
    """Bring the released tables that were not selected over from the release before."""
    if state is None:
        return
    known = {model.name: model for model in state.release.models}
    for name in names:
        with narrator.node(name) as telling:
            built.models[name] = carry(session.connection, release_file, known[name])
            telling.status = "unchanged"


def check_together(
    session: Session, compiled: Compiled, built: Built, carried: Sequence[str], folder: Path
) -> None:
    """Lay all releases of people side by side, those of this build and those that were carried over."""
    maps = {}
    for name in carried:
        if isinstance(compiled.models[name].protection, KAnonymity | Personas):
            table = kept_units(session, name, folder, compiled.models[name].parsed.path)
            maps[name] = UnitMap(table, "unit", is_keyed=True)
    built.side_by_side = side_by_side(session, tuple(built.measured.values()), compiled.models, maps)
    if built.side_by_side is None:
        return
    for guarantee in together(session, built.side_by_side, compiled.models, maps):
        model = built.models[guarantee.model]
        built.models[guarantee.model] = replace(model, guarantees=(*model.guarantees, guarantee))


def _detail(model: ReleasedModel, guarantees: Sequence[Guarantee]) -> str:
    """`k 11 ≤ 13   suppressed under 1 %   11,663 rows`: nothing that speaks of unreleased rows exactly."""
    parts = [
        f"{guarantee.name} {figure('k', guarantee.required)} ≤ {figure('k', guarantee.measured)}"
        for guarantee in guarantees
        if guarantee.name in ("k", "k_event") and guarantee.measured is not None
    ]
    if model.suppression_band is not None:
        parts.append(f"suppressed {model.suppression_band}")
    parts.append(f"{model.rows:,} rows")
    return "   ".join(parts)
