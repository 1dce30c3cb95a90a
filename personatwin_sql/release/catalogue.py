"""The tables of `_personatwin`: a release that explains itself in SQL."""

from __future__ import annotations

from datetime import UTC

from personatwin_sql.engine.publish_file import FactTable
from personatwin_sql.release.measures import risk_measures
from personatwin_sql.release.private_facts import private_facts, response_facts
from personatwin_sql.release.promise import statements
from personatwin_sql.release.result import Release
from personatwin_sql.release.words import BANDS, NOT_PROMISED

MODEL = ("model", "VARCHAR", "Table of this file")


def catalogue(release: Release) -> tuple[FactTable, ...]:
    """Facts of a release as tables. No figure in them was counted over rows that were not released."""
    return (
        _releases(release),
        _columns(release),
        _guarantees(release),
        _lineage(release),
        _risk(release),
        _sources(release),
        _labels(release),
        *private_facts(release),
        *response_facts(release),
        *((_ledger(release),) if release.heads else ()),
    )


def _releases(release: Release) -> FactTable:
    built_at = release.built_at.astimezone(UTC).replace(tzinfo=None)
    return FactTable(
        "releases",
        "One row per table of this release",
        (
            MODEL,
            ("project", "VARCHAR", ""),
            ("target", "VARCHAR", ""),
            ("level", "VARCHAR", "Privacy level of the project"),
            ("protection", "VARCHAR", "How people are protected in this table"),
            ("rows", "BIGINT", ""),
            ("people", "BIGINT", "People represented; NULL where rows do not stand for people"),
            ("classes", "BIGINT", "Groups of people with the same identifying values"),
            (
                "suppressed",
                "VARCHAR",
                "Share of people left out, as a band: exact figures stay with the owner",
            ),
            ("depends_on", "VARCHAR[]", "Models that it is made from"),
            ("digest", "VARCHAR", "SHA-256 of the content, in the order of its rows"),
            ("fingerprint", "VARCHAR", "Changes with anything that the table is made from"),
            ("built_at", "TIMESTAMP", "UTC"),
            ("tool_version", "VARCHAR", "Of PersonaTwin SQL"),
        ),
        tuple(
            (
                model.name,
                release.project,
                release.target,
                release.level,
                model.protection,
                model.rows,
                model.people,
                model.classes,
                model.suppression_band,
                list(model.depends_on),
                model.digest,
                model.fingerprint,
                built_at,
                release.version,
            )
            for model in release.models
        ),
    )


def _columns(release: Release) -> FactTable:
    return FactTable(
        "columns",
        "One row per column: its role, and how far it was made coarser",
        (
            MODEL,
            ("column", "VARCHAR", ""),
            ("position", "BIGINT", "From 1"),
            ("role", "VARCHAR", "quasi_identifier, sensitive or insensitive"),
            ("type", "VARCHAR", ""),
            ("hierarchy", "VARCHAR", "The generalization hierarchy"),
            ("level", "BIGINT", "0 is as given, height is `*` for everybody"),
            ("height", "BIGINT", "The top level of the hierarchy"),
            ("level_name", "VARCHAR", ""),
            ("description", "VARCHAR", ""),
        ),
        tuple(
            (
                model.name,
                column.name,
                position,
                column.role.value,
                column.type,
                column.hierarchy_name,
                column.level,
                column.height,
                column.level_name,
                column.description,
            )
            for model in release.models
            for position, column in enumerate(model.columns, 1)
        ),
    )


def _guarantees(release: Release) -> FactTable:
    return FactTable(
        "guarantees",
        "Each guarantee three times: required, proven from the SQL that ran, and measured in the result",
        (
            MODEL,
            ("guarantee", "VARCHAR", ""),
            ("direction", "VARCHAR", "at_least or at_most"),
            ("required", "DOUBLE", "As declared"),
            ("proven", "DOUBLE", "Read back out of the SQL that ran; NULL where only counting decides"),
            ("measured", "DOUBLE", "Counted in the result; NULL where that would betray who was left out"),
            ("measured_words", "VARCHAR", "The same in words, or as a band"),
            ("holds", "BOOLEAN", ""),
            ("proof", "VARCHAR", "What was read in the SQL"),
            ("declared_at", "VARCHAR", "File, line and column of the project"),
            ("words", "VARCHAR", "The guarantee as a sentence"),
        ),
        tuple(
            (
                model.name,
                statement.guarantee.name,
                statement.guarantee.direction,
                statement.guarantee.required,
                statement.guarantee.proven,
                statement.measured,
                statement.measured_words,
                statement.holds,
                statement.guarantee.proof,
                statement.guarantee.declared_at,
                statement.words,
            )
            for model in release.models
            for statement in statements(model)
        ),
    )


def _lineage(release: Release) -> FactTable:
    return FactTable(
        "lineage",
        "From which columns of the sources each column was made",
        (MODEL, ("column", "VARCHAR", ""), ("source", "VARCHAR", ""), ("source_column", "VARCHAR", "")),
        tuple(
            (model.name, column.name, source, source_column)
            for model in release.models
            for column in model.columns
            for source, source_column in column.origins
        ),
    )


def _risk(release: Release) -> FactTable:
    return FactTable(
        "risk",
        "Risk of each table, counted in its released rows",
        (
            MODEL,
            ("measure", "VARCHAR", ""),
            ("value", "DOUBLE", ""),
            ("formula", "VARCHAR", ""),
            ("source", "VARCHAR", "Where the measure was published"),
            ("words", "VARCHAR", ""),
        ),
        tuple(
            (model.name, risk.measure, risk.value, risk.formula, risk.source, risk.words)
            for model in release.models
            for risk in risk_measures(model)
        ),
    )


def _sources(release: Release) -> FactTable:
    return FactTable(
        "sources",
        "What was read",
        (
            ("source", "VARCHAR", ""),
            ("path", "VARCHAR", "As written in the project"),
            ("date", "VARCHAR", "Day of its last change"),
            ("digest", "VARCHAR", "Keyed with the secret of the project's owner"),
        ),
        tuple((source.name, source.path, source.date, source.digest) for source in release.sources),
    )


def _ledger(release: Release) -> FactTable:
    return FactTable(
        "ledger",
        "The last entries of the ledger that paid for this release: a ledger without them is not the one",
        (("head", "VARCHAR", "SHA-256 of the entry"),),
        tuple((head,) for head in release.heads),
    )


def _labels(release: Release) -> FactTable:
    verdict = BANDS[release.band] if release.band else None
    return FactTable(
        "labels",
        "What this release promises, and what it does not",
        (("topic", "VARCHAR", ""), ("label", "VARCHAR", ""), ("text", "VARCHAR", "")),
        (
            *((("verdict", *verdict),) if verdict else ()),
            *(
                ("promised", f"{model.name}.{statement.guarantee.name}", statement.words)
                for model in release.models
                for statement in statements(model)
            ),
            *(("not promised", label, text) for label, text in NOT_PROMISED),
        ),
    )
