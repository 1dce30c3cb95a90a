"""Tests that are queries of their own: `tests/*.sql`, of which no row may come."""

from __future__ import annotations

from typing import cast, get_args

from personatwin_sql.compile.data_tests.compiled import CompiledTest
from personatwin_sql.compile.data_tests.context import Context
from personatwin_sql.compile.lineage import read_select
from personatwin_sql.compile.parsed_model import ParsedModel, Plain
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.data_test import Severity

_KEYS = ("severity", "enabled", "tags", "description")


@dataclass(frozen=True)
class SingularTest:
    """A rendered query, and what its `config()` says."""

    parsed: ParsedModel
    severity: Severity = "error"
    tags: tuple[str, ...] = ()
    description: str = ""

    @property
    def name(self) -> str:
        return self.parsed.name

    @property
    def needs(self) -> tuple[str, ...]:
        return (*self.parsed.sources, *self.parsed.refs)


def read_singular(parsed: ParsedModel) -> tuple[SingularTest | None, list[Diagnostic]]:
    """The test, None where it is switched off or wrong, and what is wrong with its config (PT150, PT151)."""
    found = [_unknown(parsed, key) for key in parsed.config if key not in _KEYS]
    severity = parsed.config.get("severity", "error")
    if severity not in get_args(Severity):
        label = suggestion(str(severity), get_args(Severity))
        found.append(
            Diagnostic("PT151", f"`severity` cannot be `{severity}`", _place(parsed, "severity"), label)
        )
    enabled = parsed.config.get("enabled", True)
    if not isinstance(enabled, bool):
        found.append(Diagnostic("PT151", "`enabled` is true or false", _place(parsed, "enabled")))
    tags = _texts(parsed.config.get("tags", ()))
    description = parsed.config.get("description", "")
    if tags is None or not isinstance(description, str):
        key = "tags" if tags is None else "description"
        found.append(Diagnostic("PT151", f"`{key}` is text", _place(parsed, key)))
    if found or not enabled:
        return None, found
    return SingularTest(parsed, cast("Severity", severity), tags or (), str(description)), []


def compile_singular(context: Context, test: SingularTest) -> CompiledTest:
    """The query as it was written; raises ProjectError with what in it cannot be followed."""
    authored = read_select(test.parsed, context.schemas)
    return CompiledTest(
        name=test.name,
        kind="singular",
        sql=test.parsed.sql.strip().removesuffix(";"),
        place=Place(test.parsed.path, 1),
        needs=test.needs,
        reads=frozenset(origin for origin in authored.reads if origin.source in test.parsed.sources),
        severity=test.severity,
        tags=test.tags,
        description=test.description,
    )


def _unknown(parsed: ParsedModel, key: str) -> Diagnostic:
    return Diagnostic("PT150", f"unknown key `{key}` for a test", _place(parsed, key), suggestion(key, _KEYS))


def _texts(value: Plain) -> tuple[str, ...] | None:
    several = value if isinstance(value, tuple) else (value,)
    texts = tuple(text for text in several if isinstance(text, str))
    return texts if len(texts) == len(several) else None


def _place(parsed: ParsedModel, key: str) -> Place:
    return parsed.places.get(key, Place(parsed.path, 1))
