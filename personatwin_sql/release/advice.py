"""Ways out of a release that was withheld, where they depend on other tables or on the privacy levels."""

from __future__ import annotations

from personatwin_sql.release.promise import percent
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.spec.preset import PRESETS


def apart(model: ReleasedModel, other: ReleasedModel | None) -> tuple[str, ...]:
    """Of two tables that leave too few people together when both are read; None for all others together."""
    pair = {each.protection: each for each in (model, other) if each is not None}
    personas, table = pair.get("personas"), pair.get("k_anonymity")
    if other is None:
        return ("release fewer tables of the same people", "or cut all personas inside one table: `within`")
    if personas is None or table is None:
        both = f"`{other.name}` and `{model.name}`"
        return (f"release one of {both}, with the columns of both",)
    inside = f"config(within=ref('{table.name}'))"
    if any(column.of_group for column in table.columns):
        return (
            f"leave `microaggregate` out of `{table.name}`, and cut `{personas.name}` inside its classes: "
            f"{inside}",
            "or release one of the two: no persona is inside of a group of which a number is published",
        )
    return (
        f"cut `{personas.name}` inside the classes of `{table.name}`: {inside}",
        "or release one of the two",
    )


def allowing_more(limit: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fixes and notes for who may leave out at most the share `limit`: no more than the levels allow."""
    shares = [preset.suppression_limit for preset in PRESETS.values()]
    if limit < min(shares):
        return (
            f"allow more, up to {percent(min(shares))}: `suppression_limit` in config() or in project.yml",
        ), ()
    if limit < max(shares):
        return ("or choose a lower privacy level, which allows more: up to " + percent(max(shares)),), ()
    return (), (f"no privacy level allows more than {percent(max(shares))} of the people to be left out",)
