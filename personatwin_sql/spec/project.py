"""`project.yml`: the name, the domain, where the sources lie, and the defaults of privacy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from personatwin_sql.privacy.effort import Effort
from personatwin_sql.privacy.objective import MeanName, MeasureName
from personatwin_sql.spec.budget import Budget, WrittenBudget, declared_budget
from personatwin_sql.spec.population import PopulationSpec
from personatwin_sql.spec.privacy_models import WrittenModels
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.validation import IDENTIFIER, SIZE

Ids = Literal["exact", "normalized"]
LevelName = Literal["low", "medium", "high", "maximum"]
StrategyName = Literal["aggregate", "sample", "representative", "sequence"]
RecodingName = Literal["global", "local", "multidimensional"]
SuppressionName = Literal["record", "cell"]
VarValue = str | int | float | bool | tuple[str | int | float, ...]
Name = Annotated[str, Field(pattern=IDENTIFIER)]


class SourceTable(Strict):
    """One table of people or events: a file, or a table of a database.

    It has one of `path`, `sqlite` and `postgres`.
    """

    path: str = ""
    """Relative to the project folder, or absolute. CSV (also .gz), Parquet, JSON, or a DuckDB file."""
    sqlite: str | None = Field(default=None, min_length=1)
    """A file of SQLite, relative to the project folder, or absolute; DuckDB reads it by its extension."""
    postgres: str | None = Field(default=None, min_length=1)
    """`env:NAME`: the environment variable that says how to reach a Postgres server; never that itself."""
    table: str | None = None
    """The table inside a database, with its schema where it is not the usual one: `archive.people`."""
    epoch: str | int | None = None
    """Of a server alone: which state of its table is meant, such as a day. Another one builds anew."""
    entity: str | None = None
    """The domain's entity whose columns it has; the domain spec may say it instead."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=4)
    """For CSV whose separator is not found by itself."""
    one_row_per_person: bool = False
    """For people without an id: each row is a person, and gets a `person_id` that never leaves."""
    rows: Literal["events"] | None = None
    """For people in a wide file of events: each row is an event and repeats the columns of its person.

    The file is named twice, `people: {path: wide.csv, rows: events}` and `events: {path: wide.csv}`, and each
    of its columns has a role in one of the two. People are taken per person: what the rows of a person
    disagree on is NULL, and counted for the owner. A row without any value of an event is a person only.
    """
    ids: Ids | None = None
    """Whether ids such as `id1`, `ID1 `, `1`, `01`, `+1`, `1.0` are different people, or `normalized` to one.

    It holds for all tables of the project, so it is enough to say it at one. Said nowhere, ids that differ in
    their spelling alone stop the build: k of them may be fewer than k people.
    """

    @property
    def file(self) -> str | None:
        """The file in which it lies, if it lies in one."""
        return self.sqlite or self.path or None

    @property
    def shown(self) -> str:
        """Where it lies, as it is written and may be shown to everyone."""
        return self.file or self.postgres or ""


class WrittenLoss(Strict):
    """The loss that a search of levels makes least."""

    measure: MeasureName = "loss"
    mean: MeanName | None = None
    """How the columns' losses come together, `arithmetic` where nothing is said; of measures by column."""
    suppression: float | None = Field(default=None, ge=0, le=1)
    """How much a suppressed cell loses of what its level left, all of it where nothing is said; likewise."""


class WrittenSearch(Strict):
    """How long levels are searched for. Beyond it the best found is taken, and what it may miss is said."""

    nodes: int = Field(default=Effort.nodes, ge=1, le=5_000_000)
    seconds: float = Field(default=Effort.seconds, gt=0, le=86_400)
    """Of a usual machine: counted as work, not by the clock, so that every machine finds the same."""


class Privacy(WrittenModels):
    """Defaults of the project; each must be at least as strict as its level."""

    level: LevelName = "medium"
    k: int | None = Field(default=None, ge=2)
    k_event: int | None = Field(default=None, ge=2)
    target_risk: float | None = Field(default=None, gt=0, le=1)
    suppression_limit: float | None = Field(default=None, ge=0, le=1)
    max_people: int | None = Field(default=None, ge=3)
    strategy: StrategyName | None = None
    """How cells of persona events become rows, where a model does not say; otherwise each is one."""
    max_rows: int | None = Field(default=None, ge=2)
    """Rows of a persona that the strategy `sample` keeps: the first, the last, and some between."""
    randomised_response: Literal[True] | Annotated[float, Field(gt=0, lt=1)] | None = None
    """How often persona events tell an outcome as another; `true` for as often as the level says. Off unless
    it is asked for."""
    recoding: RecodingName | None = None
    """Whether a table of people publishes each column at one level, or each class as finely as it can."""
    suppression: SuppressionName | None = None
    """Whether people of rare combinations are left out whole, or lose single values first."""
    loss: WrittenLoss | None = None
    """What `k_anonymity` tables lose as little of as can be; Iyengar's loss where nothing is said."""
    search: WrittenSearch = WrittenSearch()
    membership: Literal["public", "secret"] = "public"
    """Whether nobody can know that someone is in the data. Court dockets are public; where it is `secret`,
    the people of the population who are alike count towards `target_risk`, not those of the data alone."""


class Target(Strict):
    """Where a build goes. Exactly one target publishes."""

    publish: bool = True


class Resources(Strict):
    """What the engine may use."""

    memory_limit: str = Field(default="2GB", pattern=SIZE)
    """Ten million people with fifty million events are built in 2 GB."""
    threads: int | None = Field(default=None, ge=1)
    """As many as there are cores, and fewer for small sources."""
    temp_directory: str | None = Field(default=None, min_length=1)
    """Where it keeps what memory cannot hold: relative to the project folder, or absolute.

    It does so in a folder of its own, which only its owner can enter and which is gone after the build. If
    nothing is said, that lies beside the private state.
    """
    max_temp_directory_size: str = Field(default="50GB", pattern=SIZE)


class Project(Strict):
    """`project.yml` as written."""

    name: Name
    requires: str | None = None
    """Versions of the tool that the project is written for: `>=0.1,<0.3`."""
    domain: str
    sources: Mapping[Name, Annotated[Mapping[Name, SourceTable], Field(min_length=1)]] = Field(min_length=1)
    privacy: Privacy = Privacy()
    budgets: Mapping[Name, WrittenBudget] = {}
    """How much privacy of its people differentially private releases may ever spend."""
    targets: Mapping[Name, Target] = {"prod": Target()}
    target: str | None = None
    """The target that is built when the command names none; otherwise the one that publishes."""
    vars: Mapping[str, VarValue] = {}
    overrides: tuple[str, ...] = ()
    """Built-in macros that the project replaces with its own."""
    time_zone: str = "UTC"
    resources: Resources = Resources()
    population: PopulationSpec | None = None
    """The people among whom somebody would look for those of the data; nothing is taken for one by itself."""

    @property
    def ids(self) -> Ids | None:
        """What the ids of people mean, where a source says it."""
        said = (table.ids for tables in self.sources.values() for table in tables.values())
        return next((ids for ids in said if ids is not None), None)

    @property
    def declared_budgets(self) -> Mapping[str, Budget]:
        """The budgets by name, in exact numbers."""
        return {name: declared_budget(name, written) for name, written in self.budgets.items()}
