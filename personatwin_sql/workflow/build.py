"""`build`: an unchanged project is found out at once; everything else goes through the pipe."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.release.lock_file import project_lock
from personatwin_sql.release.state import read_state
from personatwin_sql.spec.loader import find_root, load
from personatwin_sql.workflow.memory import Memory, remember
from personatwin_sql.workflow.narrator import Narrator
from personatwin_sql.workflow.options import BuildResult, Event, Options
from personatwin_sql.workflow.paths import Paths


def build(options: Options, observe: Callable[[Event], None]) -> BuildResult:
    """Build, judge and publish a project; whatever is raised, the old release stands untouched.

    Raises the errors of `personatwin_sql.errors`; `Withheld` carries the build so far as `.result`.
    """
    narrator = Narrator(observe, time.monotonic())
    root = find_root(options.project_dir or Path.cwd())
    loaded = load(root, options.target, options.vars)
    paths = Paths(root, loaded.project.name, loaded.publishes)
    with project_lock(paths.private):
        memory = Memory(loaded, paths, read_state(paths.private, loaded.target), secret(paths.private))
        is_whole = not (options.full_refresh or options.select or options.exclude)
        if is_whole and memory.state is not None and memory.stands():
            return narrator.replayed(loaded, paths, memory.state)
        return _compiled_and_built(options, memory, narrator, is_whole)


def _compiled_and_built(options: Options, memory: Memory, narrator: Narrator, is_whole: bool) -> BuildResult:
    # Reading SQL and opening the engine cost half a second of start-up, which an unchanged build never pays.
    from personatwin_sql.workflow.build_ledger import begun_ledger
    from personatwin_sql.workflow.pipe import run_pipe
    from personatwin_sql.workflow.project import compiled_and_judged
    from personatwin_sql.workflow.questions import questions_of, rewrite_reports
    from personatwin_sql.workflow.selecting import plan_of
    from personatwin_sql.workflow.sources import columns_there, inspect_sources

    narrator.warnings.extend(begun_ledger(memory))
    gathering = Gathering()
    columns = gathering.attempt(inspect_sources, memory.loaded)
    there = None if columns is None else columns_there(columns)
    models = gathering.attempt(compiled_and_judged, memory.loaded, there)
    read = gathering.attempt(questions_of, memory.loaded)
    inspected, compiled = gathering.settled(columns), gathering.settled(models)
    questions = gathering.settled(read)
    fingerprints = memory.fingerprints(compiled)
    if is_whole and memory.state is not None and memory.stands_as(fingerprints):
        rewrite_reports(memory.state.release, questions, memory.paths)
        remember(memory, memory.state.release, fingerprints)
        return narrator.replayed(memory.loaded, memory.paths, memory.state)
    plan = plan_of(compiled, options, memory, fingerprints)
    return run_pipe(
        compiled,
        plan,
        inspected,
        questions,
        memory,
        fingerprints,
        narrator,
        locked=options.locked,
        allow_spend=options.allow_spend,
    )
