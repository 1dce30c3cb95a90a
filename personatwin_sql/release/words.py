"""What a release says of itself, in words that need no statistics."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.release.noise_words import noise_of_column, noise_words
from personatwin_sql.release.result import ReleasedColumn, ReleasedModel, RiskBand
from personatwin_sql.release.told_outcomes import ReleasedResponse
from personatwin_sql.spec.role import Role

PROTECTIONS: Mapping[str, str] = {
    "k_anonymity": "One row per person. Identifying values are made coarser until each person looks like "
    "others; who stays alone is left out.",
    "personas": "One row per persona: a group of people who are alike, described together.",
    "persona_events": "Events of personas, counted. Each event is in one row only, at the finest level where "
    "enough people stand behind it.",
    "differential_privacy": "Totals with noise. One person counts with a few rows at most, and noise hides "
    "whether anybody was counted at all.",
    "derived": "Computed from the other tables of this release alone, so it tells nothing that they do not.",
    "public": "Made from public sources alone.",
}

NOT_ADDITIVE = (
    "People behind the events of this row. Not additive: one person may stand behind several rows, so a sum "
    "over rows is no number of people."
)

AT_LEAST = (
    "At least so many: of a row of several periods, those of the period that has most. The periods may share "
    "people, so how many there are together is not told."
)

EVENT_COLUMNS: Mapping[str, str] = {
    "period_from": "The first of the adjacent periods that the row counts.",
    "period_to": "The last of them; events of each period between are in the row.",
    "step": "Place of the row among those of its persona: by the beginning of the period, the finest first, "
    "then by the order rules. Rows without a time come last.",
    "is_added": "Whether the row is of events that did not happen: the order rules miss them, so they were "
    "added for as many people. They count as no event and are no evidence.",
}

BANDS: Mapping[RiskBand, tuple[str, str]] = {
    "public": (
        "Fit for the public",
        "The risk of finding a person in it is low enough to publish it for everybody.",
    ),
    "research": (
        "Fit for research",
        "The risk of finding a person in it is low enough for researchers who agree not to look for anybody.",
    ),
    "internal": (
        "For use inside only",
        "The risk of finding a person in it is too high to hand it out; keep it inside the organisation.",
    ),
    "unsafe": (
        "Do not hand out",
        "The risk of finding a person in it is high, whatever its guarantees.",
    ),
}

NOT_PROMISED: tuple[tuple[str, str], ...] = (
    (
        "No absolute guarantee",
        "The guarantees are statistical: they make it unlikely that a person is found in this release, "
        "not impossible.",
    ),
    (
        "Differential privacy of every table",
        "Tables of people, personas and their events are not differentially private: k-anonymity hides each "
        "person among others, and does not bound what can be learnt by combining them with every other "
        "source. Where a table is made with noise, its ε speaks of that table alone.",
    ),
    (
        "What noise does not hide",
        "ε bounds what follows from the records of one person, as the data tell persons apart; what is true "
        "of people in general can be learnt. It counts what this project has drawn from its budgets: what "
        "other projects, or a clone that never met this one, drew of the same people is not known here.",
    ),
    (
        "What a group has in common",
        "Who knows that somebody belongs to a group learns what is true of the whole group. The risk section "
        "says how often a group has one value only, and a mean of equal numbers is the number of each. A "
        "privacy model, such as l-diversity or t-closeness, bounds it where a table names one: in that table "
        "by itself, and for that column alone.",
    ),
    (
        "Other data about the same people",
        "Whoever holds other records of the same people may narrow them down further. What was published "
        "elsewhere cannot be taken back here. Beside earlier releases of the same project, at least k people "
        "stay together, and the values of those who stay or join satisfy the privacy models of their table "
        "of people; not checked there are k-map, what the values of those who left tell, privacy models of "
        "personas, means of groups, and counts of events or of a persona's commonest value, which may differ "
        "from one release to the next by fewer than k people.",
    ),
    (
        "Who is missing from a group",
        "Those who are left out of a table are nobody, or at least k people in all. Of a group whose size is "
        "known, such as the women of one place, fewer may be missing. Who knows figures of that whole group "
        "from elsewhere can subtract what the table shows. Where a privacy model is asked for, a group that "
        "is missing may be one that failed it.",
    ),
    (
        "What this release was before",
        "Tables of people are laid beside those of all earlier releases of this project: whom they tell "
        "apart together are nobody or at least k people. Counts of events, means of groups, and values that "
        "are no part of a class, are not: who kept an earlier release and knows whose have changed since "
        "may learn how. Nor is a release by another project known here, or one that its owner had forgotten.",
    ),
    (
        "Small counts of events",
        "A count of events says how many people stand behind it. These people overlap between rows: they "
        "cannot be added up, and a small count is a group of people, never a single one.",
    ),
    (
        "What counts leave over",
        "Where everybody has exactly one event of a kind, the people of a group less those of its rows are a "
        "number: nobody, or at least k_event people; so is whatever follows from adding and subtracting "
        "counts. More may follow with what is known of single people, or where everybody is known to have "
        "one event of several kinds together, or the same number above one.",
    ),
)


def table_comment(model: ReleasedModel) -> str:
    """What stands beside a table in the released database."""
    noise = "" if model.privacy is None else noise_words(model.privacy)
    return " ".join(
        part for part in (model.description, PROTECTIONS.get(model.protection, ""), noise) if part
    )


def column_comment(model: ReleasedModel, column: ReleasedColumn) -> str:
    """What stands beside a column in the released database."""
    if model.protection == "persona_events" and (own := _event_comment(model, column.name)):
        return " ".join(part for part in (column.description, own) if part)
    said = [column.description] if column.description else []
    if column.level is not None and column.height is not None:
        said.append(f"Identifying; {generalisation(column)}.")
    elif column.role == Role.SENSITIVE:
        said.append("Sensitive.")
    if model.privacy is not None:
        said.extend(noise_of_column(model.privacy, column.name))
    if column.origins:
        said.append("From " + ", ".join(f"{source}.{name}" for source, name in column.origins) + ".")
    return " ".join(said)


def _event_comment(model: ReleasedModel, name: str) -> str | None:
    """What stands beside a column that persona events have of themselves."""
    names = {column.name for column in model.columns}
    if name == "people":
        return f"{AT_LEAST} {NOT_ADDITIVE}" if "period_from" in names else NOT_ADDITIVE
    if name == "events" and "is_added" in names:
        return "Events that happened: none where is_added is true."
    if model.response is not None and name == model.response.column:
        return told_by_chance(model.response)
    return EVENT_COLUMNS.get(name)


def told_by_chance(response: ReleasedResponse) -> str:
    """What a reader of outcomes must know before counting them."""
    others = len(response.outcomes) - 1
    return (
        f"Told by chance: {float(response.changed):.4g} of the events are told to have another outcome than "
        f"theirs, each of {others} others as often. So small counts come out too large, and large ones too "
        "small; _personatwin.outcomes has them without that bias."
    )


def generalisation(column: ReleasedColumn) -> str:
    """`level 2 of 4: bands of 10`."""
    if column.of_group:
        return column.level_name or "the number of a group"
    name = f": {column.level_name}" if column.level_name else ""
    to = f" to {column.coarsest}" if column.is_by_class else ""
    return f"level {column.level}{to} of {column.height}{name}"
