"""Reads `project.yml` and checks what its keys ask of each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo, available_timezones

from pydantic import TypeAdapter, ValidationError

from personatwin_sql import __version__
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import listed, suggestion
from personatwin_sql.privacy.objective import BY_COLUMN
from personatwin_sql.spec.budget import budget_problems
from personatwin_sql.spec.document import Document
from personatwin_sql.spec.population import population_problems
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.project import Privacy, Project, SourceTable, VarValue
from personatwin_sql.spec.validation import validated
from personatwin_sql.spec.version_range import is_range, is_within

AT_LEAST = ("k", "k_event", "randomised_response")
AT_MOST = ("target_risk", "suppression_limit")


def read_project(document: Document) -> Project:
    """`project.yml` as a project.

    Raises ProjectError: PT01x for its form, PT040 a loosened level, PT041 and PT042 targets, PT043 version.
    """
    gathering = Gathering()
    project = gathering.attempt(validated, Project, document)
    if project is None:
        privacy = (
            gathering.attempt(validated, Privacy, document, ("privacy",))
            if document.has(("privacy",))
            else None
        )
        gathering.add(() if privacy is None else _privacy_problems(privacy, document))
        for trail in _tables(document):
            written = gathering.attempt(validated, SourceTable, document, trail)
            gathering.add(() if written is None else _place_problems(trail, written, document))
        return gathering.settled(project)
    problems = (
        *_version_problems(project, document),
        *_privacy_problems(project.privacy, document),
        *_target_problems(project, document),
        *_time_zone_problems(project, document),
        *_source_problems(project, document),
        *(
            problem
            for source, tables in project.sources.items()
            for table, written in tables.items()
            for problem in _place_problems(("sources", source, table), written, document)
        ),
        *_ids_problems(project, document),
        *_population_problems(project, document),
        *_rows_problems(project, document),
        *(
            problem
            for name, budget in project.budgets.items()
            for problem in budget_problems(name, budget, document)
        ),
    )
    gathering.add(problems)
    return gathering.settled(project)


def target_of(project: Project, named: str | None) -> str:
    """The target of a run: the one that the command names, else the project's, else the one that publishes.

    Raises ProjectError PT042 when the command names none that there is.
    """
    if named is not None and named not in project.targets:
        label = suggestion(named, project.targets)
        raise ProjectError(Diagnostic("PT042", f"there is no target `{named}`", label=label))
    publishing = next(name for name, target in project.targets.items() if target.publish)
    return named or project.target or publishing


def with_vars(project: Project, given: Mapping[str, object]) -> Project:
    """The project with the values that the command gives to its variables.

    Raises ProjectError: PT044 a variable that `project.yml` does not have, PT011 a value of a wrong type.
    """
    problems = []
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    for name, value in given.items():
        if name not in project.vars:
            label = suggestion(name, project.vars)
            problems.append(Diagnostic("PT044", f"the project has no variable `{name}`", label=label))
            continue
        try:
            _VAR_VALUE.validate_python(value)
        except ValidationError:
            message = f"the variable `{name}` must be text, a number, true or false, or a list of these"
            problems.append(Diagnostic("PT011", message))
    if problems:
        raise ProjectError(problems)
    return project.model_copy(update={"vars": {**project.vars, **given}}) if given else project


def _version_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    if project.requires is None:
        return
    place = document.value_place(("requires",))
    if not is_range(project.requires):
        label = 'write for example ">=0.1,<1"'
        yield Diagnostic("PT043", "`requires` is not a range of versions", place, label)
    elif not is_within(__version__, project.requires):
        message = f"the project requires {project.requires}, this is personatwin {__version__}"
        yield Diagnostic("PT043", message, place, fixes=("install a version of that range",))


def _privacy_problems(privacy: Privacy, document: Document) -> Iterator[Diagnostic]:
    preset = PRESETS[privacy.level]
    for key in (*AT_LEAST, *AT_MOST):
        value, floor = getattr(privacy, key), getattr(preset, key)
        if value is None or (value >= floor if key in AT_LEAST else value <= floor):
            continue
        bound = "at least" if key in AT_LEAST else "at most"
        yield Diagnostic(
            "PT040",
            f"`{key}: {value}` is weaker than the level `{privacy.level}`, which asks for {bound} {floor}",
            document.value_place(("privacy", key)),
            fixes=(
                f"write {floor} or leave the key out",
                "or choose a lower `level`, where a reviewer sees it",
            ),
        )
    k, k_event = privacy.k or preset.k, privacy.k_event or preset.k_event
    if privacy.k_event is not None and k_event > k:
        place = document.value_place(("privacy", "k_event"))
        yield Diagnostic("PT013", f"`k_event`, {k_event}, is above `k`, {k}", place)
    least = 2 * k - 1
    most = max(preset.max_people, least)
    if privacy.max_people is not None and not least <= privacy.max_people <= most:
        place = document.value_place(("privacy", "max_people"))
        yield Diagnostic("PT013", f"`max_people` must be from {least} (2k - 1) to {most}", place)
    if privacy.max_rows is not None and privacy.strategy != "sample":
        place = document.key_place(("privacy", "max_rows"))
        fixes = ("write `strategy: sample` beside it, or leave it out",)
        yield Diagnostic("PT191", "`max_rows` belongs to `strategy: sample`", place, fixes=fixes)
    yield from _loss_problems(privacy, document)


def _loss_problems(privacy: Privacy, document: Document) -> Iterator[Diagnostic]:
    loss = privacy.loss
    if loss is None or loss.measure in BY_COLUMN:
        return
    for key in ("mean", "suppression"):
        if getattr(loss, key) is not None:
            message = f"`{key}` means nothing for {loss.measure}, which has no losses of columns"
            fixes = (f"leave it out, or choose one of {', '.join(BY_COLUMN)}",)
            yield Diagnostic("PT381", message, document.key_place(("privacy", "loss", key)), fixes=fixes)


def _target_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    publishing = [name for name, target in project.targets.items() if target.publish]
    if len(publishing) != 1:
        found = f"{listed(publishing)} do" if publishing else "none does"
        place = document.key_place(("targets",))
        fixes = (
            ("write `publish: false` under the others",)
            if publishing
            else ("write `publish: true` under one",)
        )
        yield Diagnostic("PT041", f"exactly one target publishes, but {found}", place, fixes=fixes)
    if project.target is not None and project.target not in project.targets:
        place = document.value_place(("target",))
        label = suggestion(project.target, project.targets)
        yield Diagnostic("PT042", f"there is no target `{project.target}`", place, label)


def _time_zone_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    if project.time_zone == "UTC":
        return
    try:
        ZoneInfo(project.time_zone)
    except (ValueError, OSError, LookupError):
        zones = available_timezones()
        if zones:  # a system without the database of time zones cannot say
            place = document.value_place(("time_zone",))
            label = suggestion(project.time_zone, zones)
            yield Diagnostic("PT014", f"there is no time zone `{project.time_zone}`", place, label)


def _source_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    """Each table becomes `source.court__people`, so no two may come to the same name."""
    seen: dict[str, str] = {}
    for source, tables in project.sources.items():
        for table in tables:
            name = f"{source}.{table}"
            twin = seen.setdefault(f"{source}__{table}".casefold(), name)
            if twin != name:
                place = document.key_place(("sources", source, table))
                yield Diagnostic("PT002", f"`{name}` and `{twin}` would become the same table", place)


def _tables(document: Document) -> Iterator[tuple[str, str, str]]:
    """Where a project that cannot be read as a whole says where its tables lie."""
    sources = document.value(("sources",)) if document.has(("sources",)) else None
    for source, tables in sources.items() if isinstance(sources, Mapping) else ():
        for table, written in tables.items() if isinstance(tables, Mapping) else ():
            if isinstance(written, Mapping):
                yield "sources", str(source), str(table)


def _place_problems(
    trail: tuple[str, str, str], written: SourceTable, document: Document
) -> Iterator[Diagnostic]:
    """A table lies in one place, and a secret way to it is in the environment alone."""
    _, source, table = trail
    name, place = f"`{source}.{table}`", document.key_place(trail)
    if sum(map(bool, (written.path, written.sqlite, written.postgres))) != 1:
        fixes = ("give it one of `path`, `sqlite` and `postgres`",)
        yield Diagnostic("PT344", f"{name} does not lie in one place", place, fixes=fixes)
    elif written.path == "" and written.table is None:
        message = f"{name} lies in a database, and which of its tables is meant is not said"
        yield Diagnostic("PT344", message, place, fixes=("add `table: …`",))
    elif (written.postgres is None) != (written.epoch is None):
        message = f"{name} needs an `epoch`: when its rows have changed cannot be seen from here"
        fixes = ("write the day of its state, `epoch: 2026-05-01`, and another when it is to be read anew",)
        if written.epoch is not None:
            message, fixes = f"{name} is a file, and needs no `epoch`", ("remove it",)
        yield Diagnostic("PT344", message, place, fixes=fixes)
    if written.postgres is not None and not re.fullmatch(_REFERENCE, written.postgres):
        message = f"{name}: how to reach a server is no text of the project, for it may hold a password"
        fixes = ("put it into an environment variable, and write its name: `postgres: env:NAME`",)
        yield Diagnostic("PT345", message, Place(document.path), fixes=fixes)  # the line is not shown


def _ids_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    """Tables are joined by the ids of people, so all mean the same by them."""
    for source, tables in project.sources.items():
        for table, written in tables.items():
            if written.ids not in (None, project.ids):
                message = f"`ids: {written.ids}` here, and `ids: {project.ids}` at another source"
                place = document.value_place(("sources", source, table, "ids"))
                fixes = ("say it at one of them: it holds for all",)
                yield Diagnostic("PT342", message, place, fixes=fixes)


def _rows_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    for source, tables in project.sources.items():
        for table, written in tables.items():
            if written.rows and written.one_row_per_person:
                place = document.value_place(("sources", source, table, "rows"))
                message = f"`{source}.{table}` says `rows: events` and `one_row_per_person`"
                yield Diagnostic("PT343", message, place, fixes=("leave one of the two",))


def _population_problems(project: Project, document: Document) -> Iterator[Diagnostic]:
    if project.population is not None:
        yield from population_problems(project.population, document.key_place(("population",)))
    elif project.privacy.membership == "secret":
        place = document.value_place(("privacy", "membership"))
        message = "`membership: secret` counts the people of a population, and there is no `population`"
        fixes = ("say which: `population: {census: 2018, places: [Florida]}`", "or leave `membership` out")
        yield Diagnostic("PT420", message, place, fixes=fixes)


_REFERENCE = r"env:[A-Za-z_][A-Za-z0-9_]*"
_VAR_VALUE: TypeAdapter[VarValue] = TypeAdapter(VarValue, config={"strict": True})
