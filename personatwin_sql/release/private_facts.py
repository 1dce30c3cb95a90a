"""What was drawn with noise, as tables of `_personatwin`."""

from __future__ import annotations

from collections.abc import Iterator

from personatwin_sql.engine.publish_file import FactTable
from personatwin_sql.release.private_release import ReleasedBudget, ReleasedPrivacy
from personatwin_sql.release.result import Release
from personatwin_sql.spec.exact_number import exact_text

_MODEL = ("model", "VARCHAR", "Table of this file")


def response_facts(release: Release) -> tuple[FactTable, ...]:
    """`outcomes`; none where no outcome was told by chance."""
    told = [(model.name, model.response) for model in release.models if model.response is not None]
    if not told:
        return ()
    rows = tuple(
        (name, response.column, list(each.outcomes), each.told, each.events, each.low, each.high)
        for name, response in told
        for each in response.corrected
    )
    return (
        FactTable(
            "outcomes",
            "How many events have which outcome, without the bias of telling outcomes by chance",
            (
                _MODEL,
                ("column", "VARCHAR", "That tells outcomes by randomised response"),
                ("outcomes", "VARCHAR[]", "Counted together, where one alone has too few people"),
                ("told", "BIGINT", "Events that are told to have one of them, before any was left out"),
                ("events", "DOUBLE", "Events that have one of them, as expected: below 0 by chance"),
                ("low", "DOUBLE", "95 of 100 times so many have it, from here"),
                ("high", "DOUBLE", "to here"),
            ),
            rows,
        ),
    )


def private_facts(release: Release) -> tuple[FactTable, ...]:
    """`privacy`, `noise` and `budgets`; none where nothing was drawn."""
    drawn = [(model.name, model.privacy) for model in release.models if model.privacy is not None]
    if not drawn:
        return ()
    return _privacy(drawn), _noise(drawn), _budgets(release)


def _privacy(drawn: list[tuple[str, ReleasedPrivacy]]) -> FactTable:
    return FactTable(
        "privacy",
        "One row per table that was made with noise, as the ledger has it",
        (
            _MODEL,
            ("budget", "VARCHAR", "Of the project: it was paid from"),
            ("epsilon", "VARCHAR", "Exactly: the privacy loss of the whole table, for persons"),
            ("delta", "VARCHAR", "Exactly: the probability of a greater loss"),
            ("proof", "VARCHAR", "How both follow from the noise: sum, losses or rho"),
            ("mechanism", "VARCHAR", ""),
            ("max_groups", "BIGINT", "In so many groups one person counts at most"),
            ("max_rows_per_group", "BIGINT", "With so many rows in each"),
            ("bounds", "VARCHAR[]", "What is beyond counts as the bound"),
            ("keys", "VARCHAR", "public: known beforehand; private: shown where enough people are"),
            ("thresholds", "BIGINT[]", "Least noisy count of people, for each grouping set"),
            (
                "shown_every_other_time",
                "BIGINT[]",
                "People of a group shown with 50 %, for each grouping set",
            ),
            ("shown_nearly_always", "BIGINT[]", "The same with 95 %"),
            ("cut_at_zero", "VARCHAR[]", "What lay below 0 became 0: small numbers are too large on average"),
            ("agreed", "VARCHAR[]", "Totals are the sums of their parts, by least squares"),
            ("epoch", "VARCHAR", "State of the data; NULL where it has no name"),
            ("drawn_at", "VARCHAR", "NULL for a preview"),
            ("ledger_entry", "VARCHAR", "Digest of the entry that paid; NULL for a preview"),
            ("is_preview", "BOOLEAN", "Its noise comes from a known seed and protects nobody"),
        ),
        tuple(
            (
                name,
                privacy.budget,
                exact_text(privacy.epsilon),
                exact_text(privacy.delta),
                privacy.proof,
                privacy.mechanism,
                privacy.max_groups,
                privacy.max_rows_per_group,
                [f"{bound.measure}: {bound.text}" for bound in privacy.bounds],
                privacy.keys,
                list(privacy.thresholds),
                [each.half for each in privacy.needed],
                [each.nearly_always for each in privacy.needed],
                list(privacy.cut_at_zero),
                list(privacy.agreed),
                privacy.epoch or None,
                privacy.drawn_at or None,
                privacy.entry or None,
                privacy.is_preview,
            )
            for name, privacy in drawn
        ),
    )


def _noise(drawn: list[tuple[str, ReleasedPrivacy]]) -> FactTable:
    return FactTable(
        "noise",
        "One row per column that got noise, in each grouping set; in units of the column",
        (
            _MODEL,
            ("column", "VARCHAR", "Of the table, or what one is computed from"),
            ("grouping_set", "BIGINT", "0 has all keys"),
            ("keys", "VARCHAR[]", "Of the grouping set"),
            ("adds_up", "VARCHAR", ""),
            ("per_group", "DOUBLE", "By so much one person moves a cell at most"),
            ("groups", "BIGINT", "In so many cells one person is at most"),
            ("mechanism", "VARCHAR", ""),
            ("scale", "DOUBLE", "b of Laplace, σ of Gaussian noise"),
            ("expected_error", "DOUBLE", "Standard deviation of the noise"),
            ("within_95", "DOUBLE", "95 of 100 times the noise is no further from 0"),
        ),
        tuple(row for name, privacy in drawn for row in _columns(name, privacy)),
    )


def _columns(name: str, privacy: ReleasedPrivacy) -> Iterator[tuple[object, ...]]:
    for column in privacy.noise:
        unit = float(column.unit)
        yield (
            name,
            column.name,
            column.grouping_set,
            list(privacy.sets[column.grouping_set]) if column.grouping_set < len(privacy.sets) else [],
            column.counts,
            column.per_group * unit,
            column.groups,
            column.mechanism,
            column.scale * unit,
            column.error * unit,
            column.half_width * unit,
        )


def _budgets(release: Release) -> FactTable:
    return FactTable(
        "budgets",
        "What may ever be spent, and what is; one row over the whole life, and one per state of the data",
        (
            ("budget", "VARCHAR", ""),
            ("is_whole", "BOOLEAN", "Whether the row is of the whole life of the budget"),
            ("epoch", "VARCHAR", "State of the data; NULL where it has no name"),
            ("accountant", "VARCHAR", "How losses add up"),
            ("epsilon", "VARCHAR", "Exactly: may ever be spent"),
            ("delta", "VARCHAR", "Exactly"),
            ("spent_epsilon", "VARCHAR", "Exactly"),
            ("spent_delta", "VARCHAR", "Exactly"),
            (
                "displayed_epsilon",
                "VARCHAR",
                "Spent by the distribution of the privacy loss, for display: it decides nothing. NULL for a "
                "state of the data, and where it takes too long",
            ),
            ("displayed_delta", "VARCHAR", "At which that holds"),
            ("releases", "BIGINT", "That were paid from it, finished or not"),
        ),
        tuple(
            (
                budget.name,
                is_whole,
                epoch or None,
                budget.accountant,
                exact_text(budget.epsilon),
                exact_text(budget.delta),
                exact_text(epsilon),
                exact_text(delta),
                *(_displayed(budget) if is_whole else (None, None)),
                charges,
            )
            for budget in release.budgets
            for is_whole, epoch, epsilon, delta, charges in (
                (True, "", budget.spent_epsilon, budget.spent_delta, budget.charges),
                *((False, part.epoch, part.epsilon, part.delta, part.charges) for part in budget.epochs),
            )
        ),
    )


def _displayed(budget: ReleasedBudget) -> tuple[str | None, str | None]:
    """ε and δ; neither where one is not known."""
    shown = budget.displayed
    if shown is None or shown.epsilon is None:
        return None, None
    return exact_text(shown.epsilon), exact_text(shown.delta)
