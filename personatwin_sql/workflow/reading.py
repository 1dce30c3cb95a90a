"""Commands that publish nothing: compile, list, query, show, report."""

from __future__ import annotations

from pathlib import Path

from personatwin_sql.compile.compiler import Compiled, compile_project
from personatwin_sql.compile.lock import read_lock
from personatwin_sql.compile.protection import Chosen, render
from personatwin_sql.engine import reader
from personatwin_sql.engine.frequencies import frequency_query
from personatwin_sql.errors import Diagnostic, ProjectError, Unavailable
from personatwin_sql.graph.selection import select
from personatwin_sql.release.report import write_reports
from personatwin_sql.release.state import read_owner, read_state
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.loader import find_root, load
from personatwin_sql.spec.protection import KAnonymity, PersonaEvents, Personas
from personatwin_sql.workflow.options import CompileResult, Options, Table
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.released import write_compiled


def _loaded(options: Options) -> tuple[Loaded, Paths]:
    loaded = load(find_root(options.project_dir or Path.cwd()), options.target, options.vars)
    return loaded, Paths(loaded.root, loaded.project.name, loaded.publishes)


def _selected(compiled: Compiled, options: Options) -> tuple[str, ...]:
    return select(compiled.graph, options.select, options.exclude)


def compile_project_files(options: Options) -> CompileResult:
    """Write the SQL of each model as it would run; no data is read.

    Without an entry in the lock a model has no levels yet: then the query that finds them is shown instead.
    """
    loaded, paths = _loaded(options)
    compiled = compile_project(loaded)
    chosen = read_lock(loaded.root).of(loaded.target)
    selected = _selected(compiled, options)
    files, notes, sql = [], [], {}
    for model in compiled.models.values():
        if model.name not in selected:
            continue
        promise = model.protection
        choice: Chosen | None = chosen.get(model.name)
        if isinstance(promise, KAnonymity | Personas) and choice is None:
            script = frequency_query(loaded, model)
            notes.append(f"{model.name}: levels come with the first build; shown is the query that they are found by")
        else:
            personas = compiled.models[promise.personas] if isinstance(promise, PersonaEvents) else None
            script = render(loaded, model, choice, personas)
        sql[model.name] = script
        files.append(write_compiled(paths.compiled, model, script))
    return CompileResult(tuple(files), tuple(notes), sql)


def list_nodes(options: Options) -> tuple[dict[str, object], ...]:
    """Sources and models, in the order in which they are built."""
    loaded, _ = _loaded(options)
    compiled = compile_project(loaded)
    selected = _selected(compiled, options)
    return tuple(_node(compiled, name) for name in compiled.graph.order if name in selected)


def _node(compiled: Compiled, name: str) -> dict[str, object]:
    node = compiled.graph.nodes[name]
    model = compiled.models.get(name)
    properties = compiled.loaded.properties.get(name)
    return {
        "id": name,
        "kind": node.kind,
        "path": node.path,
        "protection": node.protection,
        "access": ("release" if node.protection else "private") if model else "source",
        "depends_on": list((*model.parsed.sources, *model.parsed.refs)) if model else [],
        "description": properties.description if properties else "",
    }


def query(options: Options, sql: str, limit: int) -> Table:
    """Rows of a query over the release file, which is opened with nothing else in reach."""
    _, paths = _loaded(options)
    return _read(paths, sql, limit)


def show(options: Options, node: str, limit: int) -> Table:
    """The first rows of a released table; a private model is refused."""
    loaded, paths = _loaded(options)
    names = {model.name for model in loaded.models}
    if node not in names:
        raise ProjectError(Diagnostic("PT510", f"there is no model `{node}`", fixes=("list them: personatwin ls",)))
    released = reader.tables(_existing(paths))
    if node not in released:
        raise ProjectError(
            Diagnostic(
                "PT511",
                f"`{node}` is not in the release: only released tables are shown",
                fixes=(
                    "build it: personatwin build",
                    "a private model is looked at in DuckDB's own shell, with the SQL under target/compiled",
                ),
            )
        )
    return _read(paths, f'SELECT * FROM "{node}"', limit)


def _read(paths: Paths, sql: str, limit: int) -> Table:
    found = reader.query(_existing(paths), sql, limit)
    return Table(tuple(found.columns), tuple(found.types), tuple(tuple(row) for row in found.rows))


def _existing(paths: Paths) -> Path:
    if paths.release.exists():
        return paths.release
    raise Unavailable(
        Diagnostic("PT417", "there is no release yet", fixes=("build the project: personatwin build",))
    )


def report(options: Options) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """Write both reports of the last good build again: (public files, owner's files)."""
    loaded, paths = _loaded(options)
    state = read_state(paths.private, loaded.target)
    if state is None:
        raise Unavailable(
            Diagnostic("PT417", "there is no release yet", fixes=("build the project: personatwin build",))
        )
    owner = read_owner(paths.private)
    write_reports(state.release, owner, paths.release_folder, paths.private)
    return _reports(paths.release_folder), _reports(paths.private)


def _reports(folder: Path) -> tuple[Path, ...]:
    return (folder / "report.html", folder / "report.json")
