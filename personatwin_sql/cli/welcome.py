"""What `init` says: which column was taken for what, what stays inside, and how to go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from personatwin_sql.cli.console import Console
from personatwin_sql.cli.width import pad, width
from personatwin_sql.errors.harmless import harmless

if TYPE_CHECKING:
    from personatwin_sql.scaffold.project_design import ProjectDesign
    from personatwin_sql.scaffold.table_design import TableDesign


def welcome(console: Console, design: ProjectDesign, folder: Path) -> None:
    """Messages about the new project; its folder is the result."""
    console.message(
        f"{design.name}  domain {design.domain}, level {design.level}",
        event="project",
        project=design.name,
        domain=design.domain,
        level=design.level,
    )
    for name, table in design.tables.items():
        if console.is_json:
            columns = {column.column: [column.name, column.role.value] for column in table.columns}
            console.message("", event="table", table=name, path=table.path, columns=columns)
        else:
            for line in _table_lines(name, table):
                console.message(line)
    for line in dict.fromkeys(_remarks(design)):
        console.message(line)
    for line in ("next:", f"  cd {folder}", "  personatwin build", '  personatwin query "FROM personas"'):
        console.message(line)
    console.result(str(folder))


def _table_lines(name: str, table: TableDesign) -> Iterator[str]:
    yield f"{name}  {harmless(table.path)}"
    rows = [
        (
            harmless(column.column if column.column == column.name else f"{column.column} → {column.name}"),
            column,
        )
        for column in table.columns
        if not column.stays_inside
    ]
    widest = max((width(shown) for shown, _ in rows), default=0)
    for shown, column in rows:
        yield f"  {pad(shown, widest)}  {column.role}"
    inside = [harmless(column.column) for column in table.columns if column.stays_inside]
    if inside:
        yield f"  stay inside: {', '.join(inside)}"


def _remarks(design: ProjectDesign) -> Iterator[str]:
    if design.people.unit is None:
        yield (
            "note: no column is taken for the person, so each row of people counts as one person; "
            "where a column is their key, begin again with --person COLUMN"
        )
    yield from _advice(design)
    for table in design.tables.values():
        for column in table.columns:
            if column.taken_by is not None:
                twin, column_name = harmless(column.taken_by), harmless(column.column)
                yield f"note: `{column_name}` is a second `{column.name}` beside `{twin}`, so it stays inside"
    if design.events is not None and not design.event_columns:
        missing = " and ".join(f"`{name}`" for name in design.missing_event_columns)
        yield f"note: no column of the events is taken for {missing}, so no model of events was written"
    if design.county is not None:
        yield (
            "note: events_by_year is made with noise, which spends of the budget in project.yml, for life: "
            "commit ledger/, which says so"
        )
    if design.is_sample:
        yield "note: no file was named, so the project has sample data of a fictional court"
    yield f"note: read domains/{design.name}.yml once: it says what each column is"


def _advice(design: ProjectDesign) -> Iterator[str]:
    advice = design.advice
    if design.people.ages is not None:
        born, day = harmless(design.people.ages.column), design.people.ages.reference_date
        yield f"note: ages are counted on {day} out of `{born}`, which no model releases"
    elif advice.birth_column is not None:
        born = harmless(advice.birth_column)
        yield (
            f"note: no column is taken for `age`; `{born}` gives it with --reference-date YYYY-MM-DD, "
            "the day on which ages are counted (the last day of the data, for example)"
        )
    if advice.only_top:
        names = ", ".join(f"`{name}`" for name in advice.only_top)
        yield (
            f"note: finer than level {design.level} and domain {design.domain} release, "
            f"so published as `*` alone: {names}"
        )
    for name in advice.unsaid:
        yield (
            f"note: how precise `{name}` is nobody has said, so it counts as an address; "
            f"where it is coarser, write `place: city` (county, state) at it in domains/{design.name}.yml"
        )
    if advice.other_domain is not None:
        names = ", ".join(harmless(name) for name in advice.known_there)
        yield f"note: --domain {advice.other_domain} knows more of these columns: {names}"
