"""What stands beside tables and columns that got noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from personatwin_sql.release.ledger.shown import ceiling
from personatwin_sql.release.private_release import Displayed, Needed, NoisyColumn, ReleasedPrivacy

PREVIEW = (
    "A preview: its noise comes from a known seed and can be taken off again. It protects nobody, nothing "
    "was charged for it, and it is not for others."
)
_BESIDE: Mapping[str, str] = {
    "_low": "The low end of the 95 % interval of {measure}.",
    "_high": "The high end of the 95 % interval of {measure}.",
    "_scale": "The scale of the noise of {measure}.",
}


def noise_words(privacy: ReleasedPrivacy) -> str:
    """`ε = 1, δ = 1e-6 of the budget court.`; of a preview, that it is worth nothing."""
    if privacy.is_preview:
        return PREVIEW
    delta = f", δ = {ceiling(privacy.delta)}" if privacy.delta else ""
    return f"ε = {ceiling(privacy.epsilon)}{delta} of the budget {privacy.budget}."


def displayed_words(shown: Displayed) -> str:
    """`ε 1.73 at δ 0.000001`, or why it is not known."""
    if shown.epsilon is None:
        return "not computed, since so many different noises take too long to add up"
    return f"ε {ceiling(shown.epsilon)} at δ {ceiling(shown.delta)}"


def needed_words(needed: Sequence[Needed]) -> str:
    """`one of 14 people with 50 %, one of 16 with 95 %`; by grouping set, where these differ."""
    return "; ".join(
        f"one of {each.half:,} {each.counts} with 50 %, one of {each.nearly_always:,} with 95 %"
        for each in dict.fromkeys(needed)
    )


def noise_of_column(privacy: ReleasedPrivacy, name: str) -> Iterator[str]:
    """How far a figure may be from what was counted; nothing for keys."""
    own = [column for column in privacy.noise if column.name == name]
    if own:
        yield "With noise: " + "; ".join(_within(privacy, column) for column in own) + "."
    elif any(column.name.startswith(f"{name}__") for column in privacy.noise):
        yield "Computed of sums with noise."
    yield from after_noise(privacy, name)
    for suffix, words in _BESIDE.items():
        measure = name.removesuffix(suffix)
        is_of_measure = any(column.name.split("__")[0] == measure for column in privacy.noise)
        if measure != name and is_of_measure and not own:
            yield words.format(measure=measure)


def after_noise(privacy: ReleasedPrivacy, name: str) -> Iterator[str]:
    """What was made of a figure once it had noise, and whether that is biased; nothing of most."""
    if name in privacy.agreed and name in privacy.cut_at_zero:
        yield (
            "Totals are the sums of their parts, by least squares with nothing below 0, which is biased: "
            "small numbers, and totals of many of them, are too large on average."
        )
    elif name in privacy.agreed:
        yield "Totals are the sums of their parts, by least squares over all that was drawn."
    elif name in privacy.cut_at_zero:
        yield "What lay below 0 became 0, which is biased: small numbers are too large on average."


def _within(privacy: ReleasedPrivacy, column: NoisyColumn) -> str:
    unit = float(column.unit)
    said = f"95 of 100 times within ± {column.half_width * unit:,.6g} of the bounded total"
    if len(privacy.sets) < 2:
        return said
    keys = privacy.sets[column.grouping_set] if column.grouping_set < len(privacy.sets) else ()
    return f"{said}, {'by ' + ', '.join(keys) if keys else 'over all'}"
