"""What was changed to protect people: alike groups, coarser values, suppression."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.release.owner import LevelSearch, OwnerModel, ReleaseCost
from personatwin_sql.release.promise import amount
from personatwin_sql.release.report.document import (
    Beside,
    Card,
    Cell,
    Column,
    Plot,
    Section,
    Table,
    Text,
)
from personatwin_sql.release.report.plot import Bar, Strip
from personatwin_sql.release.report.told import Told, counted, is_untold, listed, percent, value_words
from personatwin_sql.release.result import ReleasedColumn, ReleasedModel, SizeBucket
from personatwin_sql.spec.role import Role

_MOST_GROUPS = 12


def sizes(told: Told) -> Section | None:
    """How big the released groups are."""
    models = [model for model in told.release.models if model.class_sizes]
    if not models:
        return None
    lead = Text(
        "People with the same identifying values cannot be told apart. The more of them, the better.", "lead"
    )
    cards, shown = [], set[tuple[SizeBucket, ...]]()
    for model in models:
        owner = told.of(model)
        plots = [_size_plot(model)]
        if owner is not None and owner.raw_class_sizes and owner.raw_class_sizes not in shown:
            plots.append(_raw_plot(owner))
            shown.add(owner.raw_class_sizes)
        cards.append(Card(f"`{model.name}`", (Beside(tuple(plots)),)))
    return Section("groups", "How many people are alike", (lead, *cards))


def _size_plot(model: ReleasedModel) -> Plot:
    rows = tuple(
        Bar(
            _people(size),
            size.people,
            f"{counted(size.people, 'person')}, {counted(size.classes, 'group')}",
        )
        for size in model.class_sizes
    )
    half, seen = sum(size.people for size in model.class_sizes) / 2, 0
    typical = model.class_sizes[-1]
    for size in reversed(model.class_sizes):
        seen, typical = seen + size.people, size
        if seen >= half:
            break
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return Plot(f"Half of the people are in groups of {typical.low:,} or more", described, rows)


def _raw_plot(owner: OwnerModel) -> Plot:
    total = sum(size.people for size in owner.raw_class_sizes)
    alone = sum(size.people for size in owner.raw_class_sizes if size.high == 1)
    rows = tuple(
        Bar(_people(size), size.people, counted(size.people, "person")) for size in owner.raw_class_sizes
    )
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    return Plot(
        f"As given, {percent(alone / total if total else 0)} of the people stood alone", described, rows
    )


def _people(size: SizeBucket) -> str:
    if size.high is None:
        return f"{size.low:,} alike or more"
    return f"{size.low:,} alike" if size.high == size.low else f"{size.low:,} to {size.high:,} alike"


def coarser(told: Told) -> Section | None:
    """How each column is published."""
    models = [m for m in told.release.models if any(c.level is not None for c in m.columns)]
    if not models:
        return None
    lead = Text("Identifying values were made coarser, each only as far as needed.", "lead")
    return Section(
        "values",
        "What was made coarser",
        (lead, *_columns_cards(told, models)),
    )


def _columns_cards(told: Told, models: Sequence[ReleasedModel]) -> list[Card]:
    """A card for each way in which columns are published: tables of the same people often agree."""
    alike: dict[tuple[tuple[str, str], ...], list[ReleasedModel]] = {}
    for model in models:
        ways = tuple((c.name, _published_as(c)) for c in model.columns if c.level is not None)
        alike.setdefault(ways, []).append(model)
    return [
        _columns_card(told, group[0], listed([f"`{model.name}`" for model in group]))
        for group in alike.values()
    ]


def _columns_card(told: Told, model: ReleasedModel, title_of_all: str) -> Card:
    owner = told.of(model)
    losses = {loss.column: loss.loss for loss in owner.losses} if owner is not None else {}
    levelled = [c for c in model.columns if c.level is not None and c.height]
    rows = tuple(
        Strip(column.name, column.level or 0, column.height or 0, _published_as(column))
        for column in levelled
        if not column.of_group
    )
    untold = [column.name for column in levelled if is_untold(column)]
    given = [column.name for column in levelled if column.level == 0 and not column.is_by_class]
    by_class = [column.name for column in levelled if column.is_by_class]
    title = (
        f"{listed([f'`{name}`' for name in untold])} {'is' if len(untold) == 1 else 'are'} not told apart"
        if untold
        else f"{listed([f'`{name}`' for name in given])} {'is' if len(given) == 1 else 'are'} as given"
        if given
        else "Each group is as fine as it may be"
        if by_class
        else "Every identifying value is coarser than it was given"
    )
    described = "; ".join(f"{row.label} {row.text}" for row in rows)
    heads = [Column("Column"), Column("Published as"), Column("For example")]
    if losses:
        heads.append(Column("Information lost", True))
    values = told.findings.values_of(model.name)
    shown = [c for c in model.columns if c.level is not None or c.role == Role.SENSITIVE or c.name in values]
    table = tuple(
        (
            Cell(f"`{column.name}`", column.description),
            Cell(_published_as(column), _levels(column)),
            Cell(_example(column, values[column.name].values if column.name in values else ())),
            *((Cell(percent(losses[column.name]) if column.name in losses else "–"),) if losses else ()),
        )
        for column in shown
    )
    plot = (
        (Plot(f"{title}: steps from the value as given to no value at all", described, rows),) if rows else ()
    )
    cost = (Text(_cost_words(owner.cost), "muted"),) if owner is not None and owner.cost is not None else ()
    if owner is not None and owner.search is not None:
        cost = (*cost, Text(_search_words(owner.search), "muted"))
    return Card(
        title_of_all,
        (*plot, *cost, Table(tuple(heads), table, folded="Column by column, with an example of each")),
    )


def _cost_words(cost: ReleaseCost) -> str:
    """What the release costs its readers, with who measures it so."""
    return (
        f"In all, {percent(cost.loss)} of the information is gone (Iyengar 2002). Precision "
        f"{cost.precision:.2f} (Sweeney 2002), discernibility {cost.discernibility:,} (Bayardo & Agrawal "
        f"2005), {cost.average_class:,.1f} people in a group on average (LeFevre et al. 2006)."
    )


def _search_words(search: LevelSearch) -> str:
    """Whether other levels would lose less, and what these lose by every measure."""
    if search.classes is not None:
        names = listed([f"`{name}`" for name in search.of_groups])
        squared = f" The loss of {names} is the squared error in that of one mean for all (SSE ÷ SST)."
        return (
            f"Each of {search.classes:,} groups has {'numbers' if names else 'levels'} of its own, as fine "
            f"as the rules allow it. They lose {amount(search.loss)} by {_MEASURES[search.measure]}, columns "
            f"weighed alike.{squared if names else ''}"
        )
    if search.lower_bound is None:
        known = "The levels are those of `project.lock`: they satisfy the rules, and were not searched again."
    elif search.is_optimal:
        which = (
            ", and are nowhere finer than the best without the target risk," if search.is_after_ladder else ""
        )
        known = f"No other levels that satisfy the rules{which} lose less, by {_MEASURES[search.measure]}."
    else:
        known = (
            f"The levels are the best of those that were looked at: they lose {amount(search.loss)} by "
            f"{_MEASURES[search.measure]}. None within the rules lose less than {amount(search.lower_bound)}."
        )
    figures = (f"{_MEASURES[name]} {amount(value)}" for name, value in search.measures)
    return f"{known} By every measure, columns weighed alike: {'; '.join(figures)}."


_MEASURES = {
    "loss": "loss (Iyengar 2002)",
    "precision": "precision (Sweeney 2002)",
    "non_uniform_entropy": "non-uniform entropy (de Waal & Willenborg 1999)",
    "discernibility": "discernibility (Bayardo & Agrawal 2005)",
    "average_class_size": "average class size (LeFevre et al. 2006)",
    "ambiguity": "ambiguity (Goldberger & Tassa 2010)",
    "kl_divergence": "KL divergence in bits (Kifer & Gehrke 2006)",
}


def _published_as(column: ReleasedColumn) -> str:
    if column.level is None:
        return "sensitive, as given" if column.role == Role.SENSITIVE else "as given"
    if column.level == 0 and not column.is_by_class:
        return "as given"
    return "not told apart" if is_untold(column) else column.level_name or f"level {column.level}"


def _levels(column: ReleasedColumn) -> str:
    """`level 2 of 4`, or where groups differ `level 0 to 3 of 4`."""
    to = f" to {column.coarsest}" if column.is_by_class else ""
    return f"level {column.level}{to} of {column.height}" if column.height and not column.of_group else ""


def _example(column: ReleasedColumn, values: Sequence[tuple[str | None, int]]) -> str:
    found = [value for value, _ in values if value is not None and value != "*"]
    return "`*`" if is_untold(column) else f"`{found[0]}`" if found else "–"


def left_out(told: Told) -> Section | None:
    """Who was left out: a range for the public, by number and group for the owner."""
    models = [model for model in told.release.models if model.suppression_band]
    if not models:
        return None
    if told.owner is None:
        text = Text(_told_as_a_range(models), "lead")
        heads = (Column("Table"), Column("People left out"))
        rows = tuple((Cell(f"`{model.name}`"), Cell(model.suppression_band or "–")) for model in models)
        return Section("suppression", "Who was left out", (text, Card("", (Table(heads, rows),))))
    cards = [card for model in models if (owner := told.of(model)) and (card := _left_out_card(owner))]
    lead = Text("People who stayed alone were left out. These are the exact numbers, for you alone.", "lead")
    return Section("suppression", "Who was left out", (lead, *cards))


def _told_as_a_range(models: Sequence[ReleasedModel]) -> str:
    """What the range of one table tells, and what follows from the people of another."""
    words = (
        "Who stayed alone after that was left out: of each table nobody, or at least k people. How many is "
        "told as a range."
    )
    whole = [f"`{model.name}`" for model in models if model.suppression_band == "none"]
    if not whole or len(whole) == len(models):
        return words
    return (
        f"{words} Nobody was left out of {', '.join(whole)}: of a table of the same people the exact number "
        "follows, as the people there less the people here."
    )


def _left_out_card(owner: OwnerModel) -> Card | None:
    text = (
        f"{counted(owner.suppressed, 'person')} of {owner.people:,} left out "
        f"({percent(owner.suppressed_share)}); the table stands for the other "
        f"{owner.people - owner.suppressed:,}."
        if owner.suppressed
        else f"Nobody of {owner.people:,} people was left out; the table stands for all of them."
    )
    hit = [group for group in owner.groups if group.suppressed]
    hit.sort(key=lambda group: -group.suppressed / group.people)
    if not hit:
        return Card(f"`{owner.model}`", (Text(text),))
    rows = tuple(
        Bar(
            f"{group.column} {value_words(group.value)}",
            group.suppressed / group.people,
            f"{group.suppressed:,} of {group.people:,}, {percent(group.suppressed / group.people)}",
        )
        for group in hit[:_MOST_GROUPS]
    )
    worst = rows[0]
    described = "; ".join(f"{row.label}: {row.text}" for row in rows)
    plot = Plot(f"Hit hardest: {worst.label}, {percent(worst.value)} left out", described, rows, 1.0)
    heads = (
        Column("Group"),
        Column("People", True),
        Column("Left out", True),
        Column("Share in the source", True),
        Column("Share in the release", True),
    )
    table = Table(
        heads,
        tuple(
            (
                Cell(f"{group.column} {value_words(group.value)}"),
                Cell(f"{group.people:,}"),
                Cell(f"{group.suppressed:,}"),
                Cell(percent(group.share_before)),
                Cell(percent(group.share_after)),
            )
            for group in owner.groups
        ),
        folded="All groups, before and after",
    )
    return Card(f"`{owner.model}`", (Text(text), plot, table))
