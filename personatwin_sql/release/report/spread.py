"""How people and events are spread over the values of each column; for the owner, beside the original."""

from __future__ import annotations

from personatwin_sql.release.answer import lowest
from personatwin_sql.release.asked import UNTOLD, Marginal
from personatwin_sql.release.report.document import Beside, Card, Plot, Section, Text
from personatwin_sql.release.report.plot import Bar, Pair
from personatwin_sql.release.report.told import Told, percent, value_words
from personatwin_sql.release.result import ReleasedColumn
from personatwin_sql.statistics.distance import total_variation

_ORDER = ("personas", "k_anonymity", "persona_events")
MOST_COLUMNS = 30


def spread(told: Told) -> Section | None:
    """Each column once: from personas, which leave out the fewest, else from the table that has it."""
    kinds = {model.name: model.protection for model in told.release.models}
    ordered = sorted(
        (item for item in told.findings.marginals if kinds.get(item.model) in _ORDER),
        key=lambda item: _ORDER.index(kinds[item.model]),
    )
    chosen: dict[str, Marginal] = {}
    for item in ordered:
        if any(value != UNTOLD for value, _ in item.values):
            chosen.setdefault(item.column, item)
    if not chosen:
        return None
    originals = {(i.model, i.column): i for i in told.owner.marginals} if told.owner else {}
    columns = {(m.name, c.name): c for m in told.release.models for c in m.columns}
    cards: dict[str, list[Plot]] = {}
    for item in list(chosen.values())[:MOST_COLUMNS]:
        original = originals.get((item.model, item.column))
        column = columns.get((item.model, item.column))
        plot = _plot(item) if original is None else _beside(item, original, column)
        cards.setdefault(item.model, []).append(plot)
    lead = (
        "The shares of each value, in the release and among everybody in the source. The distance is how "
        "much of "
        "the whole would have to move to make them equal (total variation)."
        if originals
        else "The shares of each value in the release."
    )
    return Section(
        "shares",
        "How people and events are spread",
        (
            Text(lead, "lead"),
            *(Card(f"`{model}`", (Beside(tuple(plots)),)) for model, plots in cards.items()),
        ),
    )


def _plot(item: Marginal) -> Plot:
    rows = [
        Bar(value_words(value), count, percent(count / item.total))
        for value, count in sorted(item.values, key=lambda pair: _place(pair[0]))
    ]
    if item.others:
        rows.append(Bar("all other values", item.others, percent(item.others / item.total)))
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return Plot(
        f"{item.column}: {_top(item)}", f"Of {item.total:,} {item.unit}: {described}", tuple(rows), item.total
    )


def _place(value: str | None) -> tuple[int, float]:
    """Bands by their lower end, then values in the order of their frequency, then what is not told."""
    if value is None or value == UNTOLD:
        return (2, value == UNTOLD)
    low = lowest(value)
    return (1, 0.0) if low is None else (0, low)


def _top(item: Marginal) -> str:
    value, count = next(((v, n) for v, n in item.values if v != UNTOLD), item.values[0])
    return f"{percent(count / item.total)} are {value_words(value)}"


def _beside(item: Marginal, original: Marginal, column: ReleasedColumn | None) -> Plot:
    before, after = dict(original.values), dict(item.values)
    names = sorted({**before, **after}, key=_place)
    both = [(before.get(name, 0), after.get(name, 0)) for name in names]
    rows = [
        Pair(
            value_words(name),
            b / original.total,
            a / item.total,
            percent(b / original.total),
            percent(a / item.total),
        )
        for name, (b, a) in zip(names, both, strict=True)
    ]
    rest = (original.others, item.others)
    if any(rest):
        shares = (rest[0] / original.total, rest[1] / item.total)
        rows.append(Pair("all other values", *shares, percent(shares[0]), percent(shares[1])))
        both.append(rest)
    distance = total_variation([b for b, _ in both], [a for _, a in both])
    described = "; ".join(f"{row.label}: {row.before_text}, released {row.after_text}" for row in rows)
    name = column.name if column is not None else item.column
    title = f"{name}: {percent(distance)} apart" if distance else f"{name}: exactly as it was"
    return Plot(title, described, tuple(rows), 1.0, ("in the source", "released"))
