"""What may not be in the SELECT of a release, whatever its protection adds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlglot import exp

from personatwin_sql.compile.column import Authored, LineageColumn, Origin
from personatwin_sql.compile.lineage_facts import is_unit
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.quoting import folded
from personatwin_sql.compile.reading import Reading, Schemas, read, source_columns
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.role import Role

NEEDS_UNIT: Final = frozenset({"k_anonymity", "personas", "persona_events"})
"""Protections that count people, and so need to see them."""
_NOT_A_TABLE: Final = {
    "view": "a view over people would be computed anew at each read, from rows that are not released",
    "ephemeral": "what is released is a table that was checked, not a part of another query",
    "incremental": "k-anonymity does not add up: rows that are appended can be told from those before them",
}
_LEAVE_OUT: Final = "leave it out; if it identifies nobody, give it another role in the domain"


@dataclass(frozen=True)
class _Release:
    parsed: ParsedModel
    authored: Authored
    reading: Reading
    schemas: Schemas
    sources: Mapping[Origin, LineageColumn]

    @property
    def protection(self) -> str:
        return str(self.parsed.config.get("protection"))

    def with_role(self, origins: Iterable[Origin], role: Role) -> list[Origin]:
        return sorted(
            origin for origin in origins if origin in self.sources and self.sources[origin].role == role
        )

    def notes(self, origins: Iterable[Origin], role: Role) -> tuple[str, ...]:
        """Where a role comes from."""
        return tuple(
            f"`{_called(origin)}` is declared {_word(role)} in {self.sources[origin].declared_at}"
            for origin in self.with_role(origins, role)
            if self.sources[origin].declared_at is not None
        )

    def named(self, origins: Iterable[Origin], role: Role, otherwise: str) -> str:
        """The source columns of a role, as `court.people.name`."""
        found = self.with_role(origins, role)
        return ", ".join(f"`{_called(origin)}`" for origin in found) or f"`{otherwise}`"


def check_release(parsed: ParsedModel, authored: Authored, schemas: Schemas) -> list[Diagnostic]:
    """Everything that keeps the SELECT of a release model from being released, in no order."""
    release = _Release(parsed, authored, read(parsed, schemas), schemas, source_columns(schemas))
    found = list(_materialization(release))
    if release.protection == "differential_privacy":
        return [*found, *_identifiers_in_result(release), *_identifiers_in_clauses(release)]
    if release.protection not in NEEDS_UNIT:
        return [*found, *_reads_private(release)]
    found.extend(_identifiers_in_result(release))
    found.extend(_identifiers_in_clauses(release))
    found.extend(_units(release))
    found.extend(_filters(release))
    found.extend(_inherited_filters(release))
    found.extend(_order(release))
    found.extend(_mixed(release))
    return found


def _materialization(release: _Release) -> Iterator[Diagnostic]:
    asked = release.parsed.config.get("materialized", "table")
    if asked == "table":
        return
    reason = _NOT_A_TABLE.get(str(asked), "nothing else has been shown to be safe")
    place = release.parsed.places.get("materialized", release.parsed.place(1))
    message = f"a release is a table, not `{asked}`: {reason}"
    yield Diagnostic("PT148", message, place, fixes=("leave `materialized` out",))


def _reads_private(release: _Release) -> Iterator[Diagnostic]:
    parsed = release.parsed
    private = [name for name in parsed.refs if f"release.{name}" not in release.schemas]
    for name in (*private, *parsed.sources):
        kind = "the source" if name in parsed.sources else "the private model"
        message = f"a `{release.protection}` release reads {kind} `{name}`, and nothing would protect it"
        fixes = (
            "read released models only",
            "or protect this one: config(protection='k_anonymity')",
        )
        yield Diagnostic("PT144", message, parsed.ref_places.get(name, parsed.place(1)), fixes=fixes)


def _identifiers_in_result(release: _Release) -> Iterator[Diagnostic]:
    for column in release.authored.columns:
        if column.role == Role.DIRECT_IDENTIFIER and not _is_consumed(release, column):
            named = release.named(column.origins, Role.DIRECT_IDENTIFIER, column.name)
            message = f"`{column.name}` shows the direct identifier {named}"
            notes = release.notes(column.origins, Role.DIRECT_IDENTIFIER)
            yield Diagnostic("PT140", message, _place(release, column.name), fixes=(_LEAVE_OUT,), notes=notes)


def _is_consumed(release: _Release, column: LineageColumn) -> bool:
    """The key of events, by which outcomes are drawn: it is not released."""
    return release.protection == "persona_events" and release.parsed.config.get("event_id") == column.name


def _identifiers_in_clauses(release: _Release) -> Iterator[Diagnostic]:
    for use in release.reading.uses:
        if use.facts.role == Role.DIRECT_IDENTIFIER:
            cause = use.facts.cause.name if use.facts.cause is not None else "it"
            named = release.named(use.facts.origins, Role.DIRECT_IDENTIFIER, cause)
            message = f"{use.clause} decides on the release by the direct identifier {named}"
            notes = release.notes(use.facts.origins, Role.DIRECT_IDENTIFIER)
            yield Diagnostic("PT141", message, use.place, fixes=(_LEAVE_OUT,), notes=notes)


def _units(release: _Release) -> Iterator[Diagnostic]:
    units = [column for column in release.authored.columns if is_unit(column)]
    if len(units) != 1:
        listed = ", ".join(f"`{column.name}`" for column in units) or "none"
        message = f"`{release.protection}` counts people by one privacy unit, the SELECT has {listed}"
        fix = "select the person key once, as it is: it is consumed, never released"
        yield Diagnostic(
            "PT142", message, release.reading.tree.place(release.reading.tree.query), fixes=(fix,)
        )
    for column in release.authored.columns:
        if column.role == Role.PRIVACY_UNIT and column.is_expression:
            message = f"`{column.name}` is made from the privacy unit, so it could name a person"
            fix = "select the unit as it is; it may join, group and be counted by count(DISTINCT …)"
            yield Diagnostic("PT143", message, _place(release, column.name), fixes=(fix,))
    for use in release.reading.uses:
        if use.facts.role == Role.PRIVACY_UNIT:
            message = f"{use.clause} singles people out by the privacy unit"
            fix = "the unit may be joined to a unit, grouped by, or tested for NULL"
            yield Diagnostic("PT143", message, use.place, fixes=(fix,))


def _filters(release: _Release) -> Iterator[Diagnostic]:
    shown = _shown(release)
    for use in release.reading.uses:
        hidden = [
            origin for origin in release.with_role(use.facts.origins, Role.SENSITIVE) if origin not in shown
        ]
        if use.chooses and hidden and use.facts.role != Role.DIRECT_IDENTIFIER:
            named = ", ".join(f"`{_called(origin)}`" for origin in hidden)
            message = (
                f"{use.clause} chooses rows by the sensitive {named}: everybody in the release shares it"
            )
            yield Diagnostic(
                "PT146", message, use.place, fixes=_OPEN, notes=release.notes(hidden, Role.SENSITIVE)
            )


_OPEN: Final = (
    "select the column instead, and filter the released table",
    "or count with FILTER (WHERE …), which leaves everybody in",
)


def _shown(release: _Release) -> frozenset[Origin]:
    """Columns that each row of persona events shows anyway: choosing by them tells nothing more."""
    if release.protection != "persona_events":
        return frozenset()
    plain = [column for column in release.authored.columns if not column.is_expression]
    return frozenset[Origin]().union(*(column.origins for column in plain))


def _inherited_filters(release: _Release) -> Iterator[Diagnostic]:
    shown = _shown(release)
    for name in release.parsed.refs:
        schema = release.schemas.get(f"private.{name}")
        if schema is None:
            continue
        for role in (Role.DIRECT_IDENTIFIER, Role.PRIVACY_UNIT, Role.SENSITIVE):
            origins = [origin for origin in release.with_role(schema.filters, role) if origin not in shown]
            if origins:
                named = ", ".join(f"`{_called(origin)}`" for origin in origins)
                message = f"the rows of `{name}` were chosen by the {_word(role)} {named}"
                place = release.parsed.ref_places.get(name, release.parsed.place(1))
                fixes = (f"take the condition out of `{name}` or of the models below it", *_OPEN[:1])
                yield Diagnostic("PT146", message, place, fixes=fixes, notes=release.notes(origins, role))


def _order(release: _Release) -> Iterator[Diagnostic]:
    tree = release.reading.tree
    for limit in release.reading.limits:
        message = "LIMIT chooses people, and the first ones of an order are special"
        yield Diagnostic(
            "PT147", message, limit, fixes=("leave it out; `suppression_limit` bounds what is lost",)
        )
    order = tree.query.args.get("order")
    distinct = tree.query.args.get("distinct")
    keeps_first = isinstance(distinct, exp.Distinct) and distinct.args.get("on") is not None
    if order is not None and tree.query.args.get("limit") is None and not keeps_first:
        message = (
            "the order of a release is that of what is published: an author's order could show the input's"
        )
        yield Diagnostic("PT147", message, tree.place(order), fixes=("leave ORDER BY out",))


def _mixed(release: _Release) -> Iterator[Diagnostic]:
    for place in release.reading.mixed:
        message = "a value of another person would stand in this row: nothing here ties it to the row's unit"
        yield Diagnostic("PT149", message, place, fixes=_TIE)
    for name in release.parsed.refs:
        schema = release.schemas.get(f"private.{name}")
        if schema is not None and schema.mixes_people:
            message = f"in `{name}` a value of another person would stand in a person's row"
            place = release.parsed.ref_places.get(name, release.parsed.place(1))
            yield Diagnostic("PT149", message, place, fixes=_TIE)


_TIE: Final = (
    "join people on the unit: ON a.person_id = b.person_id; in OVER (…): PARTITION BY person_id",
    "or aggregate per person first: GROUP BY person_id",
)


def _place(release: _Release, name: str) -> Place:
    """The item of the outermost SELECT that gives a column, or the SELECT where a star gives it."""
    tree = release.reading.tree
    query: exp.Expr = tree.query
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    items = query.expressions if isinstance(query, exp.Select) else []
    named = next((item for item in items if folded(item.alias_or_name) == folded(name)), None)
    return tree.place(named if named is not None else (items[0] if items else query))


def _called(origin: Origin) -> str:
    return f"{origin.source}.{origin.column}"


def _word(role: Role) -> str:
    return role.value.replace("_", " ")
