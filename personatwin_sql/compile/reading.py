"""One model read whole: its columns, and every clause that has a say in its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from personatwin_sql.compile.column import Authored, LineageColumn, Origin
from personatwin_sql.compile.lineage_facts import NULL
from personatwin_sql.compile.lineage_join import unusable_names
from personatwin_sql.compile.lineage_log import Log, Use
from personatwin_sql.compile.lineage_query import Queries
from personatwin_sql.compile.lineage_scope import RelationSchema
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.plain_select import picks_columns_only
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.sql_reader import SelectTree, read_tree
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.suggestion import closest
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.role import Role

Schemas = Mapping[str, RelationSchema]

_RELEASE_FOLDER: Final = "models/release/"


@dataclass(frozen=True)
class Reading:
    """The parts of a SELECT, and how they came about."""

    authored: Authored
    tree: SelectTree
    uses: tuple[Use, ...]
    limits: tuple[Place, ...]
    mixed: tuple[Place, ...]


def read(parsed: ParsedModel, schemas: Schemas) -> Reading:
    """Reads a model; raises ProjectError with all that cannot be followed."""
    tree = read_tree(parsed)
    relations = relations_of(parsed, schemas)
    log = Log(source_columns(schemas))
    result = Queries(tree, log, relations).read(tree.query)
    log.problems.extend(unusable_names(tree, result.columns, tree.query))
    if parsed.access == "private" and parsed.path.startswith(_RELEASE_FOLDER):
        log.problems.append(_without_protection(parsed))
    if log.problems:
        raise ProjectError(_without_consequences(log.problems))
    authored = Authored(
        columns=tuple(replace(c, type="text") if c.type == NULL else c for c in result.columns),
        filters=frozenset(log.filters),
        merged_by=frozenset(log.merged_by),
        reads=frozenset(log.reads) | _at_least_one_column(log),
        one_row_per_unit=result.one_row_per_unit,
        picks_rows=bool(log.limits) or any(relation.picks_rows for relation in relations.values()),
        picks_columns_only=picks_columns_only(tree.query),
        mixes_people=bool(log.mixed) or any(relation.mixes_people for relation in relations.values()),
    )
    uses, mixed = tuple(dict.fromkeys(log.uses)), tuple(dict.fromkeys(log.mixed))
    return Reading(authored, tree, uses, tuple(log.limits), mixed)


def relations_of(parsed: ParsedModel, schemas: Schemas) -> dict[str, RelationSchema]:
    """The relations that the model names by ref() and source(), under their folded rendered names."""
    named = [f"source.{source.replace('.', '__', 1)}" for source in parsed.sources]
    named += [f"{access}.{name}" for name in parsed.refs for access in ("private", "release")]
    return {folded(name): schemas[name] for name in named if name in schemas}


def source_columns(schemas: Schemas) -> dict[Origin, LineageColumn]:
    """Every column of every source, by where it comes from."""
    return {
        origin: column
        for name, schema in schemas.items()
        if name.startswith("source.")
        for column in schema.columns
        for origin in column.origins
    }


def _without_consequences(problems: list[Diagnostic]) -> list[Diagnostic]:
    """Each problem once; of a relation that is not known, not also each of its columns."""
    several = list(dict.fromkeys(problems))
    codes = {problem.code for problem in several}
    consequences = {"PT129", "PT130"} if "PT128" in codes else {"PT130"} if codes - {"PT130"} else set()
    return [problem for problem in several if problem.code not in consequences]


def _at_least_one_column(log: Log) -> frozenset[Origin]:
    """`SELECT count(*)` names no column, but the table must be there: its key, or its first column."""
    added: set[Origin] = set()
    for relation in log.sources_read:
        origins = [origin for column in relation.columns for origin in column.origins]
        if origins and not log.reads.intersection(origins):
            unit = next((column for column in relation.columns if column.role == Role.PRIVACY_UNIT), None)
            added |= unit.origins if unit is not None else {origins[0]}
    return frozenset(added)


def _without_protection(parsed: ParsedModel) -> Diagnostic:
    message = f"`{parsed.name}` stands in {_RELEASE_FOLDER} but names no protection, so it would not leave"
    fixes = (
        "name one: {{ config(protection='k_anonymity') }}",
        "or move the file to models/staging/, where private models are",
    )
    meant = next((key for key in parsed.config if closest(key, ("protection",), 0.8)), None)
    if meant is None:
        return Diagnostic("PT145", message, parsed.place(1), fixes=fixes)
    label = "did you mean `protection`?"
    return Diagnostic("PT145", message, parsed.places.get(meant, parsed.place(1)), label, fixes)
