"""The columns that a source has, against those that the project knows: each must have a role."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.source import Source
from personatwin_sql.engine.source_database import Columns
from personatwin_sql.errors import Diagnostic
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.spec.role import Role

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_YAML_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


def check_columns(source: Source, found: Columns) -> list[Diagnostic]:
    """PT301 without a role, PT302 a written one is missing, PT304 no header, PT307 no person, PT349."""
    names = [name for name, _ in found]
    known = {folded(name) for name in source.columns}
    present = {folded(name) for name in names}
    if not known & present:
        return [_no_known_name(source)]
    unknown = [name for name in names if folded(name) not in known | source.others]
    absent = [name for name in source.columns if folded(name) not in present]
    return [
        *(_without_role(source, name, absent) for name in unknown),
        *(_missing(source, name, unknown) for name in absent if _must_be_there(source, name)),
        *_person_problems(source, present),
        *_idle_formats(source, found),
    ]


def _no_known_name(source: Source) -> Diagnostic:
    """The names are not shown: where the header was forgotten they are a person."""
    return Diagnostic(
        "PT304",
        f"`{source.table.shown}` has none of the columns that are known of `{source.name}`",
        source.place,
        fixes=(
            "give the file a first line with the names of its columns",
            "or say what its columns are, in the domain under `sources:`",
        ),
    )


def _without_role(source: Source, name: str, absent: Sequence[str]) -> Diagnostic:
    meant = closest(name, absent)
    where = (
        "a domain of your own that extends the built-in one"
        if source.domain_path.startswith("<")
        else source.domain_path
    )
    line = f"{_yaml_key(name)}: {{role: direct_identifier}}"
    return Diagnostic(
        "PT301",
        f"column `{name}` of `{source.name}` has no role",
        source.columns_place,
        label=f"is it `{meant}`?" if meant else None,
        fixes=(
            f"to keep it inside: add `{line}` to {where}, under `sources:`, `{source.name}:`, `columns:`",
            "or give it the role that it has",
        ),
    )


def _missing(source: Source, name: str, unknown: Sequence[str]) -> Diagnostic:
    meant = closest(name, unknown)
    return Diagnostic(
        "PT302",
        f"`{source.name}` has no column `{name}`",
        source.column_places.get(name, source.columns_place),
        label=f"did you mean `{meant}`?" if meant else None,
        fixes=("mend the name, or remove the line",),
    )


def _idle_formats(source: Source, found: Columns) -> Iterator[Diagnostic]:
    """A format says how texts are read; what the file keeps as a date is one already."""
    kinds = {folded(name): kind for name, kind in found}
    for name, column in source.columns.items():
        kind = kinds.get(folded(name), "VARCHAR")
        if column.format is not None and kind != "VARCHAR":
            yield Diagnostic(
                "PT349",
                f"column `{name}` of `{source.name}` has a `format`, but its file keeps it as {kind}",
                source.column_places.get(name, source.columns_place),
                fixes=("leave the `format` out",),
            )


def _must_be_there(source: Source, name: str) -> bool:
    is_given = source.table.one_row_per_person and name == source.person_column
    return name in source.written and not is_given


def _person_problems(source: Source, present: set[str]) -> Iterator[Diagnostic]:
    units = [name for name, column in source.columns.items() if column.role is Role.PRIVACY_UNIT]
    given = [name for name in units if folded(name) in present]
    if source.table.one_row_per_person and (given or folded(source.person_column) in present):
        yield _person_problem(
            source,
            "says `one_row_per_person`, and has a column that names the person",
            "leave one of the two",
        )
    elif len(given) > 1:
        listed = ", ".join(f"`{name}`" for name in given)
        yield _person_problem(
            source, f"names the person in several columns: {listed}", "leave one the role `privacy_unit`"
        )
    elif units and not given and not source.table.one_row_per_person and not set(units) & source.written:
        yield _person_problem(
            source,
            f"has no column `{units[0]}`, nor another that names the person",
            "give the column that names the person the role `privacy_unit`, in the domain under `sources:`",
            "or, if each row is another person, say `one_row_per_person: true`",
        )


def _person_problem(source: Source, what: str, *fixes: str) -> Diagnostic:
    return Diagnostic("PT307", f"`{source.name}` {what}", source.place, fixes=fixes)


def _yaml_key(name: str) -> str:
    if _PLAIN_KEY.fullmatch(name) and name.lower() not in _YAML_WORDS:
        return name
    return json.dumps(name, ensure_ascii=False)
