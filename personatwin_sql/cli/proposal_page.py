"""What tells people apart, as `risk` proposes it where nothing is declared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personatwin_sql.cli.page import Grid, Part
from personatwin_sql.release.promise import percent
from personatwin_sql.workflow.risk_columns import NamedSubset
from personatwin_sql.workflow.risk_figures import ProposedFigures

STRONGEST = 5


_VERDICTS = {
    "quasi_identifier": "quasi-identifier",
    "weak": "tells little",
    "identifier": "names people",
    "constant": "one value",
}


def strongest(subsets: Sequence[NamedSubset]) -> list[NamedSubset]:
    """By the share of people they make alone, then of pairs they tell apart."""
    return sorted(subsets, key=lambda subset: (-subset.alone, -subset.separation))[:STRONGEST]


def subset_grid(subsets: Sequence[NamedSubset]) -> Grid:
    rows = (
        (
            ", ".join(subset.columns),
            f"{subset.classes:,}",
            percent(subset.distinction),
            percent(subset.separation),
            percent(subset.alone),
        )
        for subset in subsets
    )
    return Grid(("columns", " values", " distinction", " separation", " alone"), tuple(rows))


def proposed(figures: ProposedFigures) -> Iterator[Part]:
    yield Part(
        f"{figures.subject}: {figures.people:,} people, and nobody says what is known of them",
        (
            f"counted: {figures.counted}",
            "What others can know is a fact of the world. Data show only what would tell people apart",
            "if it were known: these are proposals, and no guarantee.",
        ),
    )
    rows = tuple(
        (
            each.column,
            _VERDICTS[each.verdict],
            f"{each.classes:,}",
            percent(each.separation),
            percent(each.alone),
            _reason(each.verdict, each.gain, each.beside, each.with_it),
        )
        for each in figures.proposed
    )
    heads = ("column", "proposed as", " values", " separation", " alone", "because")
    yield Part(f"Columns, by all sets of up to {figures.largest}", (), Grid(heads, rows))
    names = {each.column for each in figures.proposed if each.verdict == "quasi_identifier"}
    sets = [each for each in figures.subsets if len(each.columns) > 1 and names.issuperset(each.columns)]
    if sets:
        yield Part("Strongest sets", (), subset_grid(strongest(sets)))
    if names:
        chosen = ",".join(each.column for each in figures.proposed if each.column in names)
        yield Part(
            "Next", (f"leave out what nobody can know: personatwin risk {figures.subject} --quasi {chosen}",)
        )


def _reason(verdict: str, gain: float, beside: tuple[str, ...], with_it: float) -> str:
    if verdict == "identifier":
        return "almost everybody is alone by it"
    if verdict == "constant":
        return "the same for everybody"
    if not beside:
        return (
            f"makes {percent(with_it)} of the people unique"
            if gain
            else "tells pairs apart, and nobody alone"
        )
    return f"with {', '.join(beside)}: {percent(with_it)} unique, {percent(with_it - gain)} without it"


def share(part: int, whole: int) -> str:
    return percent(part / whole) if whole else "0 %"
