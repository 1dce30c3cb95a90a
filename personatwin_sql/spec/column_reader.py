"""A column of a domain file, with its hierarchy looked up and its type inferred."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.date_format import unfit_format
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.domain import Column, ColumnType
from personatwin_sql.spec.hierarchy import Coding, Dates, Flat, Hierarchy, Intervals, Widths
from personatwin_sql.spec.hierarchy_reader import read_hierarchy
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.null_value import NullValue, is_null_value
from personatwin_sql.spec.role import Role
from personatwin_sql.spec.tolerance import tolerated_level, unknown_tolerance
from personatwin_sql.spec.written_domain import WrittenColumn


def read_column(
    document: Document,
    trail: Trail,
    written: WrittenColumn,
    hierarchies: Mapping[str, Hierarchy | None],
    home: Home,
) -> Column:
    """The column that is written at a trail. A quasi-identifier without a hierarchy gets `Flat`.

    `hierarchies` are those of the whole domain; None for one that could not be read and was told already.
    Raises ProjectError: PT028 unknown hierarchy, PT029 a type that the hierarchy cannot coarsen,
    PT060 a tolerance that is none of its levels, PT062 a format that names no day, and what
    `read_hierarchy` raises for one that is written here.
    """
    at = (*trail, "hierarchy")
    name: str | None = None
    hierarchy: Hierarchy | None = Flat() if written.role is Role.QUASI_IDENTIFIER else None
    if isinstance(written.hierarchy, str):
        name = written.hierarchy
        if name not in hierarchies:
            message = f"there is no hierarchy `{name}`"
            place = document.value_place(at)
            raise ProjectError(Diagnostic("PT028", message, place, suggestion(name, hierarchies)))
        hierarchy = hierarchies[name]
    elif written.hierarchy is not None:
        hierarchy = read_hierarchy(document, at, home)
    fitting = _types_for(hierarchy)
    if written.type is not None and fitting and written.type not in fitting:
        message = (
            f"the hierarchy of `{trail[-1]}` needs the type `{'` or `'.join(fitting)}`, not `{written.type}`"
        )
        raise ProjectError(Diagnostic("PT029", message, document.value_place((*trail, "type"))))
    kind = written.type or (fitting[0] if fitting else "text")
    if written.format is not None and (problem := _unread_format(written, kind)):
        place = document.value_place((*trail, "format"))
        raise ProjectError(Diagnostic("PT062", f"`{trail[-1]}`: {problem}", place))
    return Column(
        role=written.role,
        hierarchy=hierarchy,
        hierarchy_name=name,
        type=kind,
        format=written.format,
        invalid=written.invalid,
        place=written.place,
        merge=written.merge,
        tolerance=_tolerance(document, trail, written, hierarchy),
        bounds=_bounds(document, trail, written, kind),
        granularity=written.granularity,
        values=_values(document, trail, written, kind),
        null_as=_null_as(document, trail, written, kind),
        description=written.description,
        aliases=written.aliases,
    )


def _unread_format(written: WrittenColumn, kind: str) -> str | None:
    """What is wrong with a format that is written; None when the column is read by it."""
    if written.role is Role.PRIVACY_UNIT:
        return "the key of a person is read as it stands, so it has no `format`"
    return unfit_format(str(written.format), kind)


def _bounds(
    document: Document, trail: Trail, written: WrittenColumn, kind: str
) -> tuple[int | float, int | float] | None:
    """PT613: bounds, and the step between values, that are none."""
    step = written.granularity
    if step is not None and (written.bounds is None or not 0 < step < float("inf")):
        message = f"`granularity` of `{trail[-1]}` is a positive number, beside `bounds`"
        place = document.value_place((*trail, "granularity"))
        raise ProjectError(Diagnostic("PT613", message, place, fixes=("write granularity: 0.01",)))
    if written.bounds is None:
        return None
    low, high = written.bounds
    if kind not in ("integer", "number") or not float("-inf") < low < high < float("inf"):
        message = f"`bounds` of `{trail[-1]}` are two numbers, the lower one first, of a column of numbers"
        place = document.value_place((*trail, "bounds"))
        raise ProjectError(Diagnostic("PT613", message, place, fixes=("write bounds: [0, 100]",)))
    return written.bounds


def _values(
    document: Document, trail: Trail, written: WrittenColumn, kind: str
) -> tuple[str | int | bool, ...]:
    """PT614: public values that are not of the type, or stand there twice."""
    values = written.values
    of = {"integer": int, "boolean": bool}.get(kind, str)
    is_sound = kind != "number" and all(type(value) is of for value in values)
    if values and not (is_sound and len(set(values)) == len(values)):
        message = f"`values` of `{trail[-1]}` are of its type `{kind}`, each once, and no fractions"
        place = document.value_place((*trail, "values"))
        raise ProjectError(Diagnostic("PT614", message, place, fixes=("write values: [North, South]",)))
    return values


def _null_as(document: Document, trail: Trail, written: WrittenColumn, kind: str) -> NullValue | None:
    """PT651: what rows without a value count as, which no row with one could."""
    asked = written.null_as
    if asked is None:
        return None
    name, is_fit = trail[-1], is_null_value(asked, kind, written.bounds)
    if is_fit and written.role not in (Role.PRIVACY_UNIT, Role.DIRECT_IDENTIFIER):
        return asked
    message = f"`null_as` of `{name}` is a value of its type `{kind}`, within its bounds"
    if is_fit:
        message = f"`null_as` of `{name}`: rows of nobody count nowhere, and names are never released"
    place = document.value_place((*trail, "null_as"))
    raise ProjectError(Diagnostic("PT651", message, place, fixes=("write null_as: 0, or leave it out",)))


def _tolerance(
    document: Document, trail: Trail, written: WrittenColumn, hierarchy: Hierarchy | None
) -> int | None:
    if written.tolerance is None:
        return None
    place = document.value_place((*trail, "tolerance"))
    if hierarchy is None or written.role is not Role.QUASI_IDENTIFIER:
        message = f"`{trail[-1]}` has a tolerance, but only quasi-identifiers are made coarser"
        raise ProjectError(Diagnostic("PT060", message, place))
    level = tolerated_level(hierarchy, written.tolerance)
    if level is None:
        raise ProjectError(unknown_tolerance(str(trail[-1]), hierarchy, place))
    return level


def _types_for(hierarchy: Hierarchy | None) -> tuple[ColumnType, ...]:
    """The types that a hierarchy can coarsen, the likeliest first; none for one that takes any."""
    if isinstance(hierarchy, Dates):
        return ("date", "timestamp")
    if isinstance(hierarchy, Widths):
        return _number_types(hierarchy.widths)
    if isinstance(hierarchy, Intervals):
        return _number_types(tuple(cut for cuts in hierarchy.intervals for cut in cuts))
    if isinstance(hierarchy, Coding):
        return _number_types(tuple(end for end in (hierarchy.bottom, hierarchy.top) if end is not None))
    return ()


def _number_types(numbers: tuple[int | float, ...]) -> tuple[ColumnType, ...]:
    is_whole = all(isinstance(number, int) for number in numbers)
    return ("integer", "number") if is_whole else ("number", "integer")
