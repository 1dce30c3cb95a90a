"""The gate: every guarantee of every release model is proven and measured, or nothing leaves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.release.advice import allowing_more, apart
from personatwin_sql.release.known_words import SHARED, SURE
from personatwin_sql.release.model_words import model_words
from personatwin_sql.release.promise import (
    ACROSS,
    BESIDE,
    HELD_BACK,
    MODELS_ACROSS,
    NEEDED,
    beside,
    figure,
    finite,
    holds,
)
from personatwin_sql.release.result import ReleasedColumn, ReleasedModel
from personatwin_sql.spec.guarantee import Guarantee

OWNER = "the figures are in the owner's report: `personatwin report` says where it lies"

_COUNTED = ("build again; if it stays, the measuring query is at fault: report it",)
_ESTIMATED: Mapping[str, tuple[str, ...]] = {
    "population_uniqueness": (
        "name in `population` how many people the population has: no fewer than the table",
        "or leave `population_uniqueness` out: of some tables no estimate holds",
    )
}


def judge(models: Sequence[ReleasedModel]) -> list[Diagnostic]:
    """What holds this release back, all of it; an empty list lets it out. There is no way round.

    No message holds a figure that was counted over rows that were not released.
    """
    by_name = {model.name: model for model in models}
    return [diagnostic for model in models for diagnostic in _judge_model(model, by_name)]


def judge_proofs(model: str, protection: str, path: str, guarantees: Sequence[Guarantee]) -> list[Diagnostic]:
    """What the SQL of a model does not prove: said before it runs, because then it must not."""
    unproven = tuple(guarantee for guarantee in guarantees if not guarantee.is_proven)
    told = ReleasedModel(model, protection, path, rows=0, columns=(), guarantees=unproven)
    return [_broken(told, guarantee, {}) for guarantee in unproven]


def _judge_model(model: ReleasedModel, models: Mapping[str, ReleasedModel]) -> Iterator[Diagnostic]:
    needed = NEEDED.get(model.protection)
    if needed is None:
        yield Diagnostic(
            "PT200",
            f"`{model.name}` withheld: nothing is known to be promised by protection `{model.protection}`",
            Place(model.path, 1),
            fixes=(f"choose one of {', '.join(NEEDED)}",),
        )
    stated = {guarantee.name for guarantee in model.guarantees}
    for name in needed or ():
        if name not in stated:
            yield Diagnostic(
                "PT200",
                f"`{model.name}` withheld: `{model.protection}` promises no `{name}`",
                Place(model.path, 1),
                fixes=(f"declare it: config(protection='{model.protection}', {name}=…)",),
            )
    if model.protection == "derived":
        yield from _judge_derived(model, models)
    for guarantee in model.guarantees:
        if not holds(model, guarantee):
            yield _broken(model, finite(guarantee), models)


def _judge_derived(model: ReleasedModel, names: Collection[str]) -> Iterator[Diagnostic]:
    for upstream in model.depends_on:
        if upstream not in names:
            yield Diagnostic(
                "PT207",
                f"`{model.name}` withheld: it is derived from `{upstream}`, which is not released with it",
                Place(model.path, 1),
                fixes=(f"release `{upstream}` under a protection, or name a protection for `{model.name}`",),
            )


def _broken(model: ReleasedModel, guarantee: Guarantee, models: Mapping[str, ReleasedModel]) -> Diagnostic:
    required = figure(guarantee.name, guarantee.required)
    held = f"`{model.name}` withheld:"
    place = declared_place(guarantee, model)
    if not guarantee.is_proven:
        if guarantee.proven is None:
            return Diagnostic(
                "PT201",
                f"{held} `{guarantee.name}` is not provable from the SQL that would run",
                place,
                fixes=("let the built-in macro write the protection: remove its override from project.yml",),
                notes=(guarantee.proof,),
            )
        return Diagnostic(
            "PT202",
            f"{held} the SQL proves `{guarantee.name}` {figure(guarantee.name, guarantee.proven)}, "
            f"{required} is required",
            place,
            fixes=("mend the macro that writes the protection, or remove its override",),
            notes=(f"read from the SQL: {guarantee.proof}",),
        )
    if guarantee.measured is None or guarantee.model != model.name:
        return Diagnostic(
            "PT206",
            f"{held} `{guarantee.name}` was not measured for it",
            place,
            fixes=_ESTIMATED.get(guarantee.name, _COUNTED),
        )
    name = BESIDE if guarantee.name.startswith(BESIDE) else guarantee.name
    code, says, fixes = _MODEL if model_words(name) is not None else _MEASURED.get(name, _OTHER)
    message, ways = f"{held} {says(guarantee, required)}", fixes(model)
    notes: tuple[str, ...] = (OWNER,)
    if guarantee.name.startswith(BESIDE):
        ways = apart(model, models.get(guarantee.name.removeprefix(BESIDE)))
    elif guarantee.name == "suppression_limit":
        more, limits = allowing_more(guarantee.required)
        ways, notes = (*ways, *more), (*limits, *notes)
    return Diagnostic(code, message, place, fixes=ways, notes=notes)


def declared_place(guarantee: Guarantee, model: ReleasedModel) -> Place:
    """`models/release/people_public.sql:1:39` as a place; the model's first line where it is none."""
    path, _, column = guarantee.declared_at.rpartition(":")
    before, _, line = path.rpartition(":")
    if before and line.isdecimal() and column.isdecimal():
        return Place(before, int(line), int(column))
    if path and column.isdecimal():
        return Place(path, int(column))
    return Place(guarantee.declared_at or model.path, 1 if not guarantee.declared_at else None)


def _coarser(model: ReleasedModel) -> tuple[str, ...]:
    column = _finest(model.columns)
    raise_it = (f"raise `{column.name}` one level, to {(column.level or 0) + 1}",) if column else ()
    return (
        *raise_it,
        f"remove the levels of `{model.name}` from project.lock: the build then searches again",
    )


def _finest(columns: Iterable[ReleasedColumn]) -> ReleasedColumn | None:
    """The column with the most levels left above it."""
    able = [column for column in columns if column.level is not None and column.height is not None]
    able = [column for column in able if (column.level or 0) < (column.height or 0)]
    return max(able, key=lambda column: (column.height or 0) - (column.level or 0), default=None)


def _leave_out_fewer(model: ReleasedModel) -> tuple[str, ...]:
    has_models = any(model_words(guarantee.name) is not None for guarantee in model.guarantees)
    if model.protection == "personas" and has_models:
        larger = "raise `k` of the personas: of more people fewer personas fail a privacy model"
        return (larger, "or ask less of them")
    return _coarser(model)


def _coarser_events(_model: ReleasedModel) -> tuple[str, ...]:
    return ("let the built-in macro roll events up: remove its override from project.yml",)


def _by_the_macro(_model: ReleasedModel) -> tuple[str, ...]:
    return ("let the built-in macro write the protection: remove its override from project.yml",)


def _as_before(model: ReleasedModel) -> tuple[str, ...]:
    return (
        f"publish `{model.name}` with the columns, levels and rules of the release before",
        *_coarser(model)[:1],
        "wait until more people have joined or left, and publish them together",
    )


def _as_spelled(_model: ReleasedModel) -> tuple[str, ...]:
    return ("list the outcomes under `sensitive_outcomes` of the domain as the data spell them",)


def _larger_personas(_model: ReleasedModel) -> tuple[str, ...]:
    return (
        "raise `k` of the personas to that number: all people of a persona share what its rows show",
        "or publish coarser periods: config(finest_period='year')",
        "or ask for fewer people, or for less that is known",
    )


_Says = Callable[[Guarantee, str], str]
_Fixes = Callable[[ReleasedModel], tuple[str, ...]]

_MEASURED: Mapping[str, tuple[str, _Says, _Fixes]] = {
    BESIDE: (
        "PT212",
        lambda guarantee, n: (
            f"read beside {beside(guarantee.name)}, it leaves fewer than k = {n} people together"
        ),
        _coarser,
    ),
    ACROSS: (
        "PT265",
        lambda _, n: f"read beside earlier releases, it leaves fewer than k = {n} people together",
        _as_before,
    ),
    MODELS_ACROSS: (
        "PT270",
        lambda _guarantee, _n: "read beside earlier releases, some of its groups break a privacy model",
        _as_before,
    ),
    HELD_BACK: (
        "PT269",
        lambda _, n: f"more than {n} of the people would have to wait for a later release",
        _as_before,
    ),
    "k": ("PT203", lambda _, n: f"a class is below k = {n} (sizes in the owner's report)", _coarser),
    "k_event": (
        "PT203",
        lambda _, n: f"a count of events has fewer than k_event = {n} people",
        _coarser_events,
    ),
    "outcome_cap": (
        "PT208",
        lambda _, n: f"a sensitive outcome is shown for a persona of whom more than {n} had it",
        _as_spelled,
    ),
    "people_left_out": (
        "PT216",
        lambda _, n: f"nobody, or at least {n} people, may be left out: fewer were",
        _by_the_macro,
    ),
    **dict.fromkeys(
        SHARED,
        (
            "PT242",
            lambda guarantee, n: f"`{guarantee.name}`: what is known of a person is shared by fewer than {n}",
            _larger_personas,
        ),
    ),
    **dict.fromkeys(
        SURE,
        ("PT243", lambda _, n: f"a sensitive outcome of a persona is more than {n} sure", _as_spelled),
    ),
    "untrue_numbers": (
        "PT208",
        lambda *_: "a published mean or median is not that of the people who share it",
        _by_the_macro,
    ),
    "rows_per_persona": ("PT214", lambda _, n: f"a persona has more than {n} rows", _coarser_events),
    "order_rules_broken": (
        "PT215",
        lambda *_: "order rules are broken although events were added",
        _coarser_events,
    ),
    "epsilon_per_outcome": ("PT208", lambda *_: "outcomes are not told as their draws say", _by_the_macro),
    "target_risk": ("PT204", lambda _, n: f"the average risk is above the target of {n}", _coarser),
    "journalist_risk": (
        "PT204",
        lambda _, n: f"the average risk among the population is above the target of {n}",
        _coarser,
    ),
    "record_risk": ("PT204", lambda _, n: f"the risk of a record is above {n}", _coarser),
    "suppression_limit": (
        "PT205",
        lambda _, n: f"more than {n} of the people would be left out",
        _leave_out_fewer,
    ),
}
_MODEL: tuple[str, _Says, _Fixes] = (
    "PT250",
    lambda guarantee, n: f"a class does not satisfy `{guarantee.name}` {n}",
    _coarser,
)
_OTHER: tuple[str, _Says, _Fixes] = (
    "PT208",
    lambda guarantee, n: (
        f"`{guarantee.name}` is {'below' if guarantee.direction == 'at_least' else 'above'} {n}"
    ),
    _coarser,
)
