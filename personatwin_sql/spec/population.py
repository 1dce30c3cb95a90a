"""`population:` of a project: the people among whom somebody would look for those of the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import listed
from personatwin_sql.spec.strict import Strict

Attribute = Literal["county", "state", "sex", "age", "race", "hispanic"]
"""What the census knows of a person; `race` may answer the combined question on race and origin."""
ATTRIBUTES: tuple[Attribute, ...] = ("county", "state", "sex", "age", "race", "hispanic")


class PopulationSpec(Strict):
    """The county tables of the census, or a table of the owner's: it has one of `census` and `path`."""

    census: int | None = Field(default=None, ge=2000, le=2100)
    """The vintage: 2018 travels with the tool, another is fetched by `personatwin census refresh`."""
    places: tuple[str, ...] = ()
    """Where the people of the data are from: states or counties (`Broward, FL`), by name or FIPS code; `US`
    for all. A county's population is never the country's, so the census asks for it."""
    youngest: int = Field(default=0, ge=0, le=99)
    """People below this age are not in the population: 18 where a court tries adults."""
    path: str | None = Field(default=None, min_length=1)
    """The owner's table, relative to the project folder, or absolute: a file as `sources` has them."""
    table: str | None = None
    """The table inside a database."""
    count: str | None = Field(default=None, min_length=1)
    """The column of the owner's table that says how many people a row stands for."""
    columns: Mapping[str, str] = {}
    """Released column → what it is to the census, or its column in the owner's table; of the census what the
    domain says, of a table the columns of the same names where nothing is said."""


def written_in_words(spec: PopulationSpec | None) -> str:
    """All that a project says of its population: `census of 2018, Florida, from 18 years, pet as race`."""
    if spec is None:
        return "none"
    parts = [f"{released} as {own}" for released, own in sorted(spec.columns.items())]
    if spec.census is None:
        table = f", table {spec.table}" if spec.table is not None else ""
        return ", ".join((f"{spec.path}{table}", f"people counted by {spec.count}", *parts))
    ages = [f"from {spec.youngest} years"] if spec.youngest else []
    return ", ".join((f"census of {spec.census}", *spec.places, *ages, *parts))


def population_problems(written: PopulationSpec, place: Place) -> Iterator[Diagnostic]:
    """PT420: what the keys ask of each other."""

    def problem(message: str, fix: str) -> Diagnostic:
        return Diagnostic("PT420", f"`population`: {message}", place, fixes=(fix,))

    if (written.census is None) == (written.path is None):
        yield problem("it is neither of the census nor in one file", "give it one of `census` and `path`")
        return
    if written.census is not None:
        if not written.places:
            yield problem("where its people are is not said", "name states or counties: `places: [Florida]`")
        if written.table is not None or written.count is not None:
            yield problem("`table` and `count` belong to a table of your own", "leave them out")
        for column, meaning in written.columns.items():
            if meaning not in ATTRIBUTES:
                message = f"the census does not know `{meaning}`, which `{column}` is said to be"
                yield problem(message, f"name one of {listed(ATTRIBUTES)}")
        return
    if written.count is None:
        yield problem("how many people a row stands for is not said", "name the column: `count: people`")
    if written.places or written.youngest:
        yield problem("`places` and `youngest` belong to the census", "leave them out: the table is as it is")
