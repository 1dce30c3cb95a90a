"""Questions are asked of tables: of the released ones for everybody, of those as given for the owner."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from personatwin_sql.compile.question import Header, Question
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.counting import Rows, Uncountable, cells, spreads
from personatwin_sql.engine.reader import asked_together
from personatwin_sql.errors import PersonaTwinError
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.asked import UNTOLD, Asked, Cell, Findings, Marginal, Unasked
from personatwin_sql.release.promise import percent
from personatwin_sql.release.result import Release, ReleasedModel

MOST_ROWS = 10_000_000
"""Tables of more rows are not counted for the report: it would cost more than the build."""
MOST_UNTOLD = 0.1
"""Where more than this share of the counted is published without its group, groups are not compared: which
events are rolled up differs between groups, and their rates with it."""
ADDED = "is_added"
"""Marks events that were added to repair an order: they are no evidence."""


@dataclass(frozen=True)
class AskedTable:
    """A table that questions can be asked of."""

    name: str
    protection: str
    sql: str
    columns: frozenset[str]
    rows: int


class _Unanswerable(Exception):
    """Why a question cannot be asked."""


def released_tables(models: Sequence[ReleasedModel]) -> tuple[AskedTable, ...]:
    """The tables of a release, as its file has them."""
    return tuple(
        AskedTable(
            model.name,
            model.protection,
            identifier(model.name),
            frozenset(column.name for column in model.columns),
            model.rows,
        )
        for model in models
    )


def findings(release: Release, questions: Sequence[Question], release_file: Path) -> Findings:
    """Everything that the report says of values; counted in the released file, with nothing else in reach."""

    def work(rows: Rows) -> Findings:
        asked, unasked = ask(questions, released_tables(release.models), rows)
        spread = [item for model in release.models for item in marginals(rows, model, identifier(model.name))]
        return Findings(asked, unasked, tuple(spread))

    return asked_together(release_file, work)


def ask(
    questions: Sequence[Question], tables: Sequence[AskedTable], rows: Rows
) -> tuple[tuple[Asked, ...], tuple[Unasked, ...]]:
    """Each question for each of its groups, answered or with the reason why not."""
    asked: list[Asked] = []
    unasked: list[Unasked] = []
    for question in questions:
        header = question.header
        if header is None:
            reason = "it has no header that says what is asked: {{ config(title=…, question=…, …) }}"
            unasked.append(Unasked(question.name, question.path, question.name, "", reason))
            continue
        for group in header.groups:
            try:
                asked.append(_asked(question, header, group, tables, rows))
            except _Unanswerable as error:
                unasked.append(Unasked(question.name, question.path, header.title, group, str(error)))
            except (Uncountable, PersonaTwinError) as error:
                # The other groups would fail alike.
                unasked.append(Unasked(question.name, question.path, header.title, "", _reason(error)))
                break
    return tuple(asked), tuple(unasked)


def _asked(question: Question, header: Header, group: str, tables: Sequence[AskedTable], rows: Rows) -> Asked:
    used: dict[str, AskedTable] = {}

    def relation_of(name: str) -> str:
        table = _table(name, tables)
        used[table.name] = table
        return (
            f"(SELECT * FROM {table.sql} WHERE {ADDED} IS NOT TRUE)" if ADDED in table.columns else table.sql
        )

    question.sql(group, None, relation_of)
    columns = frozenset[str]().union(*(table.columns for table in used.values()))
    if group not in columns:
        raise _Unanswerable(f"no table that it reads has a column `{group}`")
    among = next((name for name in header.among if name in columns), None)
    found = cells(
        rows,
        question.sql(group, among, relation_of),
        group,
        header.measure,
        has_strata=among is not None,
        has_unknown=bool(header.unknown),
    )
    if not any(cell[4] for cell in found):
        raise Uncountable("nothing that it counts is in the release")
    told = [cell for cell in found if cell[1] not in (None, UNTOLD)]
    whole = sum(cell[4] + cell[5] for cell in found)
    part, counted = sum(cell[3] for cell in found), sum(cell[3] for cell in told)
    if not told:
        raise _Unanswerable(f"`{group}` is not told apart in this release")
    untold = max(1 - sum(cell[4] + cell[5] for cell in told) / whole, 1 - counted / part if part else 0.0)
    if untold > MOST_UNTOLD:
        raise _Unanswerable(
            f"{percent(untold)} of what it counts is in rows that do not name `{group}`: "
            "the rest could mislead"
        )
    return Asked(
        name=question.name,
        path=question.path,
        title=header.title,
        question=header.question,
        group=group,
        of=header.of,
        counted=header.counted,
        measure=header.measure,
        unit=header.unit,
        worth_knowing=header.worth_knowing,
        among=among,
        tables=tuple(used),
        cells=tuple(Cell(*cell) for cell in found),
    )


def _table(name: str, tables: Sequence[AskedTable]) -> AskedTable:
    """The table of that name; for `people_public`, `personas`, `persona_events` the only one of its kind."""
    kind = {"people_public": "k_anonymity"}.get(name, name)
    alike = [table for table in tables if table.protection == kind]
    found = next((table for table in tables if table.name == name), alike[0] if len(alike) == 1 else None)
    if found is None:
        raise _Unanswerable(f"there is no table `{name}`")
    if found.rows > MOST_ROWS:
        raise _Unanswerable(f"`{found.name}` has more than {MOST_ROWS:,} rows")
    return found


def _reason(error: Uncountable | PersonaTwinError) -> str:
    """The error in a few words; the engine's own stand in errors over a released file alone."""
    if isinstance(error, Uncountable):
        return str(error)
    message = error.diagnostics[0].message if error.diagnostics else ""
    missing = re.search(r'[Cc]olumn "([^"]+)" not found|does not have a column named "([^"]+)"', message)
    if missing:
        return f"the release has no column `{missing.group(1) or missing.group(2)}`"
    return " ".join(message.split())[:300]


_WEIGHTS: Mapping[str, str | None] = {
    "k_anonymity": None,
    "personas": "people",
    "persona_events": "events",
}
_HIDDEN = frozenset(
    {
        "persona_id",
        "people",
        "risk",
        "method",
        "level",
        "events",
        "period",
        "period_from",
        "period_to",
        "step",
        ADDED,
    }
)
"""Columns that say how a row was made, or have a value of their own in each."""


def marginals(rows: Rows, model: ReleasedModel, table: str, total: int | None = None) -> list[Marginal]:
    """Of each column of a table (SQL) that says something of people, or of events.

    `total` is how many they are, where it is not the number of the release.
    """
    if model.protection not in _WEIGHTS or not 0 < model.rows <= MOST_ROWS:
        return []
    weight = _WEIGHTS[model.protection]
    own = {column.name for column in model.columns}
    made = {f"{name}{end}" for name in own for end in ("_level", "_people")} | _HIDDEN
    unit: Literal["people", "events"] = "events" if weight == "events" else "people"
    released = model.people or model.rows
    if unit == "events":
        released = sum(level.events for level in model.events_by_level)
    shown = [column.name for column in model.columns if column.name not in made]
    found = spreads(rows, table, shown, weight, model.rows if total is None else total)
    whole = released if total is None else total
    return [Marginal(model.name, name, unit, values, whole) for name, values in found.items()]
