"""Tables in, safe personas out: a temporary project through the same pipe, gone when it has run."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from personatwin_sql.api.column_roles import Roles, roles_by_table
from personatwin_sql.api.own_domain import domain_home
from personatwin_sql.api.project import Project
from personatwin_sql.api.released import ReleaseView
from personatwin_sql.api.temporary import private_folder
from personatwin_sql.engine.handed_in import handed_in
from personatwin_sql.engine.released_rows import Rows
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.durable_file import public_folder, unavailable, write_durably
from personatwin_sql.release.report import FORMATS
from personatwin_sql.scaffold.new_project import Wish, new_project
from personatwin_sql.scaffold.project_design import ProjectDesign
from personatwin_sql.workflow.exporting import check_folder

Level = Literal["low", "medium", "high", "maximum"]
_NAME = "people_and_events"


@dataclass(frozen=True)
class SafePersonas(ReleaseView):
    """Released tables and what is said of them. Its file lies in a temporary folder: `save` it to keep it."""

    stays_inside: Mapping[str, tuple[str, ...]]
    """`people` and `events` → columns that were not used: direct identifiers, and what nobody recognised."""
    unrecognised: Mapping[str, tuple[str, ...]]
    """Those among them that no column of the domain is called like: name them in `columns=`."""

    @property
    def people_public(self) -> Rows:
        """One row a person, coarse enough that k people share each combination."""
        return self.table("people_public")

    @property
    def personas(self) -> Rows:
        """Groups of at least k people who are alike."""
        return self.table("personas")

    @property
    def persona_events(self) -> Rows:
        """Events of personas, each counted once. Raises ProjectError PT510 where there were no events."""
        return self.table("persona_events")

    @property
    def persona_patterns(self) -> Rows:
        """What the released events say of each persona. Raises ProjectError PT510 as `persona_events`."""
        return self.table("persona_patterns")

    def save(self, folder: str | Path) -> Path:
        """The released database and the report into a folder that is empty or not there; returns the file.

        Raises ProjectError PT513 for any other folder; Unavailable when it cannot be written.
        """
        target = Path(folder)
        check_folder(target, target, force=False)
        public_folder(target)
        report = self.report
        for name, text in (("html", report.html), ("md", report.markdown), ("json", report.json)):
            write_durably(target / f"report.{name}", text.encode())
        try:
            return Path(shutil.copyfile(self.file, target / "personas.duckdb"))
        except OSError as error:
            raise unavailable(target, error) from None


def create_safe_personas(
    people: object,
    events: object | None = None,
    domain: str | Path = "custom",
    level: Level = "medium",
    target_risk: float | None = None,
    *,
    columns: Roles | None = None,
) -> SafePersonas:
    """Safe personas of people and their events: what `init` and `build` do, in a folder that is gone after.

    `people` has one row a person and `events` one row an event, with the same `person_id`. Each is a path
    (CSV, Parquet, JSON, or `FILE.duckdb:TABLE`), a DuckDB relation, an Arrow table, or a pandas or polars
    frame; none is changed. `domain` is the name of a built-in one, or the path of a YAML file of your own.
    `target_risk`, the highest average risk, may be stricter than the level's. `columns` says what columns
    are that the domain does not know, or takes for something else: `{"shoe_size": "insensitive",
    "events.place": {"role": "quasi_identifier", "hierarchy": {"prefix": [2]}}}`. What is not recognised
    stays inside, and the result says so.

    Raises the errors of `personatwin_sql.errors`: ProjectError for what cannot be read or built, `Withheld`
    where a guarantee does not hold. Nothing private is left behind; what a killed process left, the next call
    removes.

    Example:
        >>> import personatwin_sql as pt
        >>> result = pt.create_safe_personas(  # doctest: +SKIP
        ...     "people.csv", "events.csv", domain="criminal_justice", level="high", target_risk=0.01
        ... )
        >>> result.personas.df()  # doctest: +SKIP
    """
    _check_target_risk(target_risk)
    with private_folder() as folder:
        tables = {"people": people} | ({} if events is None else {"events": events})
        files = {name: handed_in(table, name, folder) for name, table in tables.items()}
        name, home = domain_home(domain, folder)
        wish = Wish(
            name=_NAME,
            folder=folder / "project",
            domain=name,
            level=level,
            people=files["people"],
            events=files.get("events"),
            target_risk=target_risk,
            columns=roles_by_table(columns or {}, files),
            home=home,
        )
        design = new_project(wish)
        project = Project(wish.folder)
        project.build()
        return _kept(project.release, design)


def _kept(release: ReleaseView, design: ProjectDesign) -> SafePersonas:
    """The release in a folder that lives as long as the result."""
    folder = Path(tempfile.mkdtemp(prefix="personatwin-release-"))
    file = Path(shutil.copyfile(release.file, folder / "personas.duckdb"))
    for form in FORMATS:
        shutil.copyfile(release.file.with_name(f"report.{form}"), folder / f"report.{form}")
    inside = {
        name: tuple(column for column in table.columns if column.stays_inside)
        for name, table in design.tables.items()
    }
    result = SafePersonas(
        file,
        release.facts,
        {name: tuple(column.column for column in columns) for name, columns in inside.items()},
        {
            name: tuple(column.column for column in columns if column.name is None)
            for name, columns in inside.items()
        },
    )
    weakref.finalize(result, shutil.rmtree, folder, ignore_errors=True)
    return result


def _check_target_risk(target_risk: float | None) -> None:
    if target_risk is None or (not isinstance(target_risk, bool) and 0 < target_risk <= 1):
        return
    raise ProjectError(Diagnostic("PT013", "`target_risk` is a share above 0, and at most 1"))
