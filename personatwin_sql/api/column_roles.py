"""What a program says of columns, by table: `{"age": "sensitive", "events.place": {"role": …}}`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from personatwin_sql.engine.given_file import given_source
from personatwin_sql.engine.sources import describe
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.role import Role

Roles = Mapping[str, "str | Mapping[str, object]"]
"""Column, or `people.column` and `events.column`, → its role, or what a domain file would say of it."""


def roles_by_table(roles: Roles, files: Mapping[str, str]) -> dict[str, dict[str, Mapping[str, object]]]:
    """The decisions for each table; a bare name is meant for every table that has it.

    Raises ProjectError: PT515 a column that no table has, PT014 a role that does not exist.
    """
    present = {
        table: [name for name, _ in describe(Path(), given_source(file))] if roles else []
        for table, file in files.items()
    }
    found: dict[str, dict[str, Mapping[str, object]]] = {table: {} for table in files}
    problems: list[Diagnostic] = []
    for written, meaning in roles.items():
        facts = {"role": meaning} if isinstance(meaning, str) else dict(meaning)
        problems.extend(_role_problems(written, facts))
        prefix, _, rest = written.partition(".")
        meant = (
            {written: list(files)}
            if not (rest and prefix in files)
            else {rest: [prefix], written: list(files)}
        )
        places = [
            (table, name) for name, tables in meant.items() for table in tables if name in present[table]
        ]
        if not places:
            every = dict.fromkeys(name for names in present.values() for name in names)
            label = suggestion(rest or written, every)
            problems.append(
                Diagnostic("PT515", f"`columns` names `{written}`, which no table has", label=label)
            )
        for table, name in places:
            found[table][name] = facts
    if problems:
        raise ProjectError(problems)
    return found


def _role_problems(column: str, facts: Mapping[str, object]) -> tuple[Diagnostic, ...]:
    role = facts.get("role")
    if role is None or str(role) in tuple(Role):
        return ()
    label = suggestion(str(role), tuple(Role))
    return (Diagnostic("PT014", f"the role of `{column}` cannot be `{role}`", label=label),)
