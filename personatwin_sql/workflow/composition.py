"""A build beside all earlier releases: who stays together, and who is left out so that enough do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from personatwin_sql.compile.compiler import Compiled
from personatwin_sql.compile.protection import Chosen
from personatwin_sql.engine.earlier import (
    OF_PEOPLE,
    load_earlier,
    published_digests,
    write_partition,
)
from personatwin_sql.engine.held_back import forget_models, hold_back, leave_out
from personatwin_sql.engine.levels_beside import levels_beside_earlier
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import sources_of
from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.gate import judge
from personatwin_sql.release.past import (
    Past,
    PastRelease,
    add_release,
    past_folder,
    read_past,
    refuse_unknown,
)
from personatwin_sql.release.result import Release
from personatwin_sql.spec.protection import KAnonymity, Personas
from personatwin_sql.spec.role import Role
from personatwin_sql.workflow.memory import Memory
from personatwin_sql.workflow.offers import WAIT, offers
from personatwin_sql.workflow.released import Built
from personatwin_sql.workflow.standing import Standing, lay, stand
from personatwin_sql.workflow.told_apart import (
    count_everybody,
    few_are_known,
    left_out,
    notes_of,
    promise,
    promise_models,
)

ROUNDS = 8
"""How often people are held back before a build is held instead."""

Build = Callable[[Mapping[str, Chosen], Mapping[str, int] | None], Built]
"""Builds the models of people with locked levels; where people are held back, personas are cut inside cells
of earlier releases, and each model is given of how many it could tell with them."""


@dataclass(frozen=True)
class Composed:
    """What was built, and how it stands beside earlier releases."""

    built: Built
    notes: tuple[str, ...] = ()
    """For the owner, with figures."""
    warnings: tuple[Diagnostic, ...] = ()
    offers: tuple[str, ...] = ()
    """What would pass, where this does not."""


def open_past(session: Session, memory: Memory) -> Past | None:
    """All earlier releases, their partition of people laid into the session; None where nothing is published.

    Unavailable PT266 where they are no longer known.
    """
    if not memory.loaded.publishes:
        return None
    folder = past_folder(memory.paths.private)
    past = read_past(folder, memory.secret)
    released = memory.state.release.models if memory.state is not None else ()
    lying = published_digests(session, memory.paths.release)
    refuse_unknown(
        past, lying | {model.digest for model in released if model.protection in OF_PEOPLE}, folder
    )
    if past.releases:
        load_earlier(session, folder / past.people)
    return past


def people_first(compiled: Compiled, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the models that say who is together with whom, and what they stand on: the rest can wait."""
    people = [name for name in names if isinstance(compiled.models[name].protection, KAnonymity | Personas)]
    needed = {*people, *(upstream for name in people for upstream in compiled.graph.ancestors(name))}
    return tuple(name for name in names if name in needed)


def compose(
    session: Session, compiled: Compiled, past: Past | None, locked: Mapping[str, Chosen], build: Build
) -> Composed:
    """Build; where too few are left together beside earlier releases, build again without some people.

    Those are taken for people of whom nothing is known yet; they come in with a later release, when enough
    others join them. Whether it was enough is counted again, and left to the gate.
    What is held for another reason is not built again.
    """
    built = build(locked, None)
    standing = stand(session, compiled, built) if past is not None and past.releases else None
    if standing is None:
        return Composed(built)
    if (better := _better_levels(session, compiled, standing)) != built.chosen:
        forget_models(session, compiled.private_statistics)
        locked, built = better, build(better, None)
        standing = stand(session, compiled, built)
        if standing is None:
            return Composed(built)
    everybody = {name: measured.people for name, measured in built.measured.items()}
    warnings = few_are_known(session, standing.beside)
    held, offered = 0, tuple[str, ...]()
    for number in range(0 if _is_held(built) else ROUNDS):
        few = held and standing.leaves_out_few(everybody)
        if built.held or standing.smallest is None or not (standing.tells_apart or few):
            break
        more = _hold_back(session, compiled, standing, everybody, is_first=number == 0)
        if number and not more:
            break
        held += more
        if number == 0 and _is_too_many(compiled, held, everybody):
            offered = offers(session, compiled, built, locked)
        leave_out(session, _tables_of_people(compiled))
        forget_models(session, compiled.private_statistics)
        built = build(built.chosen, everybody)
        if (again := stand(session, compiled, built)) is None:
            break
        standing = again
    if held:
        count_everybody(compiled, built, everybody)
    found, failing = standing.smallest, standing.failing
    if found is not None and built.side_by_side is not None:
        promise(compiled, built, found)
        promise_models(compiled, built, failing)
    return Composed(
        built,
        notes_of(held, found, sum(failing.values())),
        (*warnings, *left_out(held)),
        offered or ((WAIT,) if found is not None and found.groups else ()),
    )


def remember_release(
    session: Session, memory: Memory, compiled: Compiled, past: Past | None, built: Built, release: Release
) -> None:
    """Put the release among those that later ones are checked against, before it is put in place."""
    if past is None:
        return
    beside = lay(session, compiled, built, has_earlier=bool(past.releases))
    if beside is None:
        return
    digests = tuple((model.name, model.digest) for model in release.models if model.protection in OF_PEOPLE)
    add_release(
        past,
        PastRelease(release.built_at.isoformat(), digests),
        past_folder(memory.paths.private),
        memory.secret,
        lambda path: write_partition(session, beside, path),
    )


def _hold_back(
    session: Session,
    compiled: Compiled,
    standing: Standing,
    everybody: Mapping[str, int],
    *,
    is_first: bool,
) -> int:
    """Choose whom to leave out; first for classes, for personas are then cut anew inside of them."""
    beside, measured = standing.beside, standing.built.measured
    classes = tuple(name for name in measured if isinstance(compiled.models[name].protection, KAnonymity))
    names = classes if is_first else tuple(name for name in measured if name in beside.ks)
    return hold_back(session, beside, names, standing.left_out(everybody))


def _better_levels(session: Session, compiled: Compiled, standing: Standing) -> Mapping[str, Chosen]:
    """The levels of this build, or where too many would have to wait at them, those that lose least then.

    Levels that are in project.lock stay while those who wait are not too many; new ones do not.
    """
    built, found = standing.built, standing.smallest
    chosen = built.chosen
    if found is None or not found.groups or _is_held(built):
        return chosen
    everybody = {name: measured.people for name, measured in built.measured.items()}
    held = _hold_back(session, compiled, standing, everybody, is_first=True)
    is_too_many = _is_too_many(compiled, held, everybody)
    for name, choice in built.choices.items():
        is_of_classes = isinstance(compiled.models[name].protection, KAnonymity) and choice.recoding is None
        if is_of_classes and (is_too_many or not choice.from_lock):
            chosen[name] = levels_beside_earlier(session, compiled.models[name], choice) or chosen[name]
    return chosen


def _is_held(built: Built) -> bool:
    """Whether it is held for another reason."""
    return bool(built.held or judge(tuple(built.models.values())))


def _is_too_many(compiled: Compiled, held: int, everybody: Mapping[str, int]) -> bool:
    return any(
        held > limit.value * everybody[name]
        for name in everybody
        if (limit := getattr(compiled.models[name].protection, "suppression_limit", None)) is not None
    )


def _tables_of_people(compiled: Compiled) -> dict[str, str]:
    """Each source table whose rows are of people, and the column that says whose."""
    return {
        source.relation: source.person_column
        for source in sources_of(compiled.loaded)
        if (column := source.columns.get(source.person_column)) is not None
        and column.role is Role.PRIVACY_UNIT
    }
