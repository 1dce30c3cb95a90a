"""Reads `unit_tests:`: invented rows that a model is given, and the rows that must come of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Mapping
from typing import Annotated, Literal

from pydantic import Field

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.data_test import GivenRows, UnitTest
from personatwin_sql.spec.data_test_reader import relation_name
from personatwin_sql.spec.document import Document, Plain, Trail
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.validation import IDENTIFIER, RELATION

Cell = str | int | float | bool


class WrittenRows(Strict):
    format: Literal["dict", "csv"] = "dict"
    rows: str | tuple[Mapping[str, Cell], ...]


class WrittenInput(WrittenRows):
    input: str = Field(pattern=RELATION)


class WrittenUnitConfig(Strict):
    enabled: bool = True
    tags: str | tuple[str, ...] = ()


class WrittenProtection(Strict):
    """What takes the place of a release model's own promise, and of those that it stands on."""

    k: int | None = Field(default=None, ge=1)
    k_event: int | None = Field(default=None, ge=1)
    levels: Mapping[str, Annotated[int, Field(ge=0)]] = {}


class WrittenUnitTest(Strict):
    name: str = Field(pattern=IDENTIFIER)
    model: str
    description: str = ""
    given: tuple[WrittenInput, ...] = ()
    expect: WrittenRows
    protection: WrittenProtection = WrittenProtection()
    config: WrittenUnitConfig = WrittenUnitConfig()


def read_unit_tests(
    document: Document,
    written: tuple[WrittenUnitTest, ...],
    models: Collection[str] | None,
    gathering: Gathering,
) -> list[UnitTest]:
    """The unit tests of a file. Gathered: PT049 an unknown model, PT002 an input twice, PT091 bad CSV."""
    found = []
    for index, test in enumerate(written):
        trail: Trail = ("unit_tests", index)
        if models is not None and test.model not in models:
            place = document.value_place((*trail, "model"))
            label = suggestion(test.model, sorted(models))
            gathering.add(Diagnostic("PT049", f"there is no model `{test.model}`", place, label))
        read = gathering.attempt(_unit_test, document, trail, test)
        if read is not None and test.config.enabled:
            found.append(read)
    return found


def _unit_test(document: Document, trail: Trail, written: WrittenUnitTest) -> UnitTest:
    given: dict[str, GivenRows] = {}
    for index, rows in enumerate(written.given):
        at = (*trail, "given", index)
        name = relation_name(rows.input)
        if name in given:
            place = document.value_place((*at, "input"))
            raise ProjectError(Diagnostic("PT002", f"`{name}` is given twice", place))
        given[name] = _rows(document, at, rows)
    tags = written.config.tags
    return UnitTest(
        name=written.name,
        model=written.model,
        given=given,
        expect=_rows(document, (*trail, "expect"), written.expect),
        place=document.value_place((*trail, "name")),
        k=written.protection.k,
        k_event=written.protection.k_event,
        levels=written.protection.levels,
        tags=(tags,) if isinstance(tags, str) else tags,
        description=written.description,
    )


def _rows(document: Document, trail: Trail, written: WrittenRows) -> GivenRows:
    at = (*trail, "rows")
    place = document.value_place(at)
    if isinstance(written.rows, str):
        if written.format != "csv":
            label = "add `format: csv`, or write a list of `{column: value}`"
            raise ProjectError(Diagnostic("PT091", "`rows` is text, which is CSV", place, label))
        return _csv(written.rows, place)
    if written.format == "csv":
        raise ProjectError(Diagnostic("PT091", "`rows` of the format csv is text", place, "write `rows: |`"))
    rows = tuple(dict[str, Plain](row) for row in written.rows)
    places = tuple(
        {column: document.value_place((*at, number, column)) for column in row}
        for number, row in enumerate(rows)
    )
    return GivenRows(rows, place, places)


def _csv(text: str, place: Place) -> GivenRows:
    """Rows under a header; an empty field is NULL, and so is not there."""
    try:
        lines = [line for line in csv.reader(io.StringIO(text), strict=True) if line]
    except csv.Error:
        raise ProjectError(Diagnostic("PT091", "the CSV has a quote that is not closed", place)) from None
    if not lines:
        raise ProjectError(Diagnostic("PT091", "the CSV has no header", place))
    header, *body = ([cell.strip() for cell in line] for line in lines)
    if len(set(header)) < len(header) or any(len(line) != len(header) for line in body):
        message = "the CSV has rows that differ in length from its header, or a column twice"
        raise ProjectError(Diagnostic("PT091", message, place))
    rows = tuple({name: cell for name, cell in zip(header, line, strict=True) if cell} for line in body)
    return GivenRows(rows, place, tuple(dict.fromkeys(row, place) for row in rows), is_csv=True)
