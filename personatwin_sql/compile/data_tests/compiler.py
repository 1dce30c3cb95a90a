"""All tests of a project, compiled; those of models that did not compile wait until these do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from personatwin_sql.compile.data_tests.compiled import CompiledTest, CompiledUnitTest
from personatwin_sql.compile.data_tests.context import Context
from personatwin_sql.compile.data_tests.drafts import Drafts
from personatwin_sql.compile.data_tests.generic import compile_generic
from personatwin_sql.compile.data_tests.singular import compile_singular
from personatwin_sql.compile.data_tests.unit import compile_unit_test
from personatwin_sql.errors import Diagnostic
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class CompiledTests:
    """Tests by name."""

    data: Mapping[str, CompiledTest] = field(default_factory=dict)
    unit: Mapping[str, CompiledUnitTest] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()


def compile_tests(context: Context, drafts: Drafts) -> CompiledTests:
    """The tests as SQL, and what is wrong with those that cannot be."""
    gathering = Gathering()
    gathering.add(drafts.problems)
    data: dict[str, CompiledTest] = {}
    unit: dict[str, CompiledUnitTest] = {}

    def is_there(*nodes: str) -> bool:
        return all(context.is_source(node) or node in context.models for node in nodes)

    def keep(compiled: CompiledTest | None) -> None:
        if compiled is not None:
            data[compiled.name] = compiled

    for test, needs in drafts.generic:
        if is_there(*needs):
            keep(gathering.attempt(compile_generic, context, test, needs))
    for singular in drafts.singular:
        if is_there(*singular.needs):
            keep(gathering.attempt(compile_singular, context, singular))
    for given in drafts.unit:
        if is_there(given.model):
            found = gathering.attempt(compile_unit_test, context, given)
            if found is not None:
                unit[found.name] = found
    return CompiledTests(data, unit, gathering.found)
