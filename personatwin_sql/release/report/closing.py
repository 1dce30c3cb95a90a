"""How a report ends: what was read, what words mean, how to look for yourself and how to cite."""

from __future__ import annotations

from datetime import UTC

from personatwin_sql.release.report.document import (
    Bullets,
    Card,
    Cell,
    Code,
    Column,
    Section,
    Table,
    Terms,
    Text,
)
from personatwin_sql.release.report.told import Told
from personatwin_sql.release.result import Release

GLOSSARY = (
    (
        "Persona",
        "A group of at least k people who are alike, described together. It is nobody in particular.",
    ),
    (
        "Identifying value",
        "What others may know of a person: age, gender, place. Alone harmless, together a fingerprint.",
    ),
    (
        "k",
        "The smallest number of people who share their identifying values. With k = 11, ten others look the "
        "same.",
    ),
    ("Level", "How coarse a value is: a birthday, a band of ten years, or no age at all."),
    ("95 % interval", "The range in which the true rate lies, if chance alone is at work, 95 times in 100."),
)


def read(told: Told) -> Section | None:
    """How sound the sources are: for the owner."""
    owner = told.owner
    if owner is None:
        return None
    heads = (Column("Source"), Column("Rows", True), Column("Faults"))
    rows = tuple(
        (
            Cell(f"`{source.source}`"),
            Cell(f"{source.rows:,}"),
            Cell("; ".join(f"{count:,} {fault}" for fault, count in source.faults) or "none found"),
        )
        for source in owner.sources
    )
    cards = [Card("", (Table(heads, rows),))] if rows else []
    for title, counts in (
        ("Order rules that are broken", owner.order_violations),
        ("Event types outside the list of the domain", owner.unlisted_event_types),
        ("Outcomes outside the list of the domain", owner.unlisted_outcomes),
    ):
        if counts:
            table = Table(
                (Column("What"), Column("How often", True)),
                tuple((Cell(what), Cell(f"{count:,}")) for what, count in counts),
            )
            cards.append(Card(title, (table,)))
    notes = (Bullets(owner.notes),) if owner.notes else ()
    return Section("read", "What was read", (*cards, *notes)) if cards or notes else None


def sources(told: Told) -> Section | None:
    """Data sources with dates and keyed digests."""
    found = told.release.sources
    if not found:
        return None
    heads = (Column("Source"), Column("File"), Column("Last changed"), Column("Keyed digest"))
    rows = tuple(
        (Cell(f"`{s.name}`"), Cell(f"`{s.path}`"), Cell(s.date), Cell(f"`{s.digest[:16]}`")) for s in found
    )
    note = Text(
        "The digests are keyed with a secret of the owner, who can show with it that these files were read. "
        "Nobody "
        "else can use them to test a guess of what is in the files.",
        "muted",
    )
    return Section("sources", "Where it comes from", (Card("", (Table(heads, rows),)), note))


def _kind(release: Release) -> str:
    is_private = any(model.privacy for model in release.models)
    if not is_private:
        return "k-anonymous release"
    return (
        "release (k-anonymous and differentially private)"
        if release.band
        else "differentially private release"
    )


def reading(told: Told) -> Section:
    """How to look for oneself, and how to cite."""
    release = told.release
    day = release.built_at.astimezone(UTC).date().isoformat()
    cite = (
        f"{release.project}, {_kind(release)} of {day}, privacy level {release.level}. "
        f"PersonaTwin SQL {release.version}. Fingerprint {release.fingerprint[:16]}."
    )
    return Section(
        "reading",
        "How to read and cite it",
        (
            Card("Five words", (Terms(GLOSSARY),)),
            Card(
                "See for yourself",
                (
                    Text("The released database explains itself. Open it in DuckDB and ask:"),
                    Code(
                        "SELECT model, guarantee, required, proven, measured_words FROM "
                        "_personatwin.guarantees;\n"
                        "SELECT * FROM _personatwin.columns;\n"
                        "SELECT * FROM _personatwin.risk;"
                    ),
                ),
            ),
            Card("To cite", (Text(cite),)),
        ),
    )
