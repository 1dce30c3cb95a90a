"""Whether people are spelled in one way: where one person has two ids, k ids are fewer than k people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.id_spelling import normalized
from personatwin_sql.engine.session import Session
from personatwin_sql.engine.source import PEOPLE, Source
from personatwin_sql.engine.source_quality import SourceQuality
from personatwin_sql.errors import Diagnostic

_SPELLINGS = (
    "(case, spaces, leading zeros or `+`, a last `.0`, wide or invisible characters, accents put together)"
)
_FIXES = (
    "if they are one person, say so at the source in project.yml: `ids: normalized`",
    "if they are different people: `ids: exact`",
    "or give the source one spelling of each id",
)
_NOTES = ("how many they are stands in the owner's report",)


def check_spellings(
    session: Session, sources: Sequence[Source], qualities: Mapping[str, SourceQuality]
) -> tuple[tuple[Diagnostic, ...], dict[str, SourceQuality]]:
    """PT340 for each table that spells ids in several ways, or PT341 for two that spell them differently.

    `sources` were read and know people by text; the qualities come back with how many ids are concerned.
    """
    if not sources or not _are_suspect(session, sources):
        return (), dict(qualities)
    told, found = dict(qualities), {}
    for source in sources:
        if number := _respelled(session, source):
            found[source.name] = number
    problems = [_several(source) for source in sources if source.name in found]
    if not problems:
        for first, other, number in _differing(session, sources):
            found[other.name] = found.get(other.name, 0) + number
            problems.append(_different(first, other))
    for name, number in found.items():
        told[name] = replace(told[name], respelled_ids=number)
    return tuple(problems), told


def _are_suspect(session: Session, sources: Sequence[Source]) -> bool:
    """Whether all ids together have fewer spellings when they are normalized.

    People have one row each, and most events are of people that there are: what is left is few, and compared.
    """
    people = next((source for source in sources if source.entity == PEOPLE), None)
    known = f"({_ids(people)})" if people else "(SELECT '' AS id WHERE FALSE)"
    others = (f"FROM ({_ids(source)}) AS ids" for source in sources if source is not people)
    strangers = " UNION ALL ".join(f"{ids} ANTI JOIN {known} AS known USING (id)" for ids in others)
    ids = f"({known} UNION ALL SELECT DISTINCT id FROM ({strangers}))" if strangers else known
    # hashes of 64 bits take less room than ids; where two meet by chance, the numbers that follow are 0
    found = session.value(f"SELECT count(*) > count(DISTINCT hash({normalized('id')})) FROM {ids}")
    return bool(found)


def _ids(source: Source) -> str:
    return f"SELECT {identifier(source.person_column)} AS id FROM {source.relation}"


def _respelled(session: Session, source: Source) -> int:
    """How many ids of a table are others of it but for their spelling."""
    ids = f"SELECT DISTINCT id FROM ({_ids(source)})"
    number: int = session.value(f"SELECT count(*) - count(DISTINCT {normalized('id')}) FROM ({ids})")
    return number


def _differing(session: Session, sources: Sequence[Source]) -> Iterator[tuple[Source, Source, int]]:
    """Pairs of tables, and how many ids of the second are ids of the first in another spelling."""
    for at, other in enumerate(sources):
        for first in sources[:at]:
            ids = f"FROM ({_ids(first)}) AS known"
            number = session.value(
                f"SELECT count(DISTINCT id) FROM ({_ids(other)}) AS ids "
                f"WHERE NOT EXISTS ({ids} WHERE known.id = ids.id) "
                f"AND EXISTS ({ids} WHERE {normalized('known.id')} = {normalized('ids.id')})"
            )
            if number:
                yield first, other, number


def _several(source: Source) -> Diagnostic:
    column = source.person_column
    return Diagnostic(
        "PT340",
        f"`{column}` of `{source.name}` has ids that differ from another in their spelling alone "
        f"{_SPELLINGS}: they may be one person",
        source.column_places.get(column, source.columns_place),
        fixes=_FIXES,
        notes=_NOTES,
    )


def _different(first: Source, other: Source) -> Diagnostic:
    return Diagnostic(
        "PT341",
        f"`{other.name}` spells ids of `{first.name}` differently {_SPELLINGS}: who they are is not clear",
        other.column_places.get(other.person_column, other.columns_place),
        fixes=_FIXES,
        notes=_NOTES,
    )
