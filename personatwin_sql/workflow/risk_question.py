"""What `risk` is asked, with the names as the relation has them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.class_sizes import Question, has_whole_numbers
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.workflow.risk_subject import Subject


@dataclass(frozen=True)
class RiskQuestion:
    """What the command line asks; None and empty where the project says it."""

    subject: str
    quasi: tuple[str, ...] = ()
    unit: str | None = None
    people: str | None = None
    """The column that says how many people a row stands for."""
    by: tuple[str, ...] = ()
    """Columns by whose values the risk is broken down."""
    subsets: int | None = None
    """Most quasi-identifiers of a subset; 0 for none, None for as many as are quickly counted."""
    suda: int | None = None
    """Most columns of a special unique, in the same way."""
    fraction: float | None = None
    """The share of the population that is in the data."""
    weight: str | None = None
    """The column that says how many people of the population a person stands for."""
    events: tuple[str, ...] = ()
    """Columns that say what happened, of which somebody may know some of a person's."""


@dataclass(frozen=True)
class Resolved:
    """The question in names of the relation."""

    classes: Question
    by: tuple[str, ...]
    weight: str | None
    events: tuple[str, ...]


def resolved(question: RiskQuestion, subject: Subject) -> Resolved:
    """Raises ProjectError: PT515 for names that are no columns, PT519 for contradictions, PT524 and PT525."""
    refuse_contradictions(question)
    names = [name for name, _ in subject.asked.columns]
    unit = question.unit or (None if question.people else subject.unit)
    people = question.people or (None if question.unit else subject.people)
    quasi = question.quasi or subject.quasi
    problems: list[Diagnostic] = []
    asked = (*quasi, unit, people, *question.by, question.weight, *question.events)
    found = {name: _column(name, names, problems) for name in asked if name}
    inside = {folded(name) for name in subject.kept_inside}
    for name in question.by:
        if folded(name) in inside:
            message = f"`{name}` names people: they are no groups"
            problems.append(Diagnostic("PT519", message, fixes=("name a quasi-identifier",)))
    if problems:
        raise ProjectError(problems)
    if people and not has_whole_numbers(subject.asked.ask, subject.asked.relation, found[people]):
        message = (
            f"`{people}` does not say in each row how many people it stands for: a whole number, 0 or more"
        )
        raise ProjectError(Diagnostic("PT519", message, fixes=("mend it, or name another column",)))
    return Resolved(
        classes=Question(
            relation=subject.asked.relation,
            quasi_identifiers=tuple(dict.fromkeys(found[name] for name in quasi)),
            person=found[unit] if unit else None,
            weight=found[people] if people else None,
        ),
        by=tuple(dict.fromkeys(found[name] for name in question.by)),
        weight=found[question.weight] if question.weight else None,
        events=tuple(dict.fromkeys(found[name] for name in question.events)),
    )


def refuse_contradictions(question: RiskQuestion) -> None:
    """Raises ProjectError for what cannot be meant together."""
    if question.unit and question.people:
        message = (
            "`--unit` and `--people` contradict each other: rows are of one person, or stand for several"
        )
        raise ProjectError(Diagnostic("PT519", message, fixes=("leave one out",)))
    if question.weight and question.people:
        message = "`--weight` and `--people` contradict each other: a sample has one row for each person"
        raise ProjectError(Diagnostic("PT519", message, fixes=("leave one out",)))
    if question.fraction is not None:
        if not (math.isfinite(question.fraction) and 0 < question.fraction <= 1):
            message = (
                "the sampling fraction is above 0 and at most 1: the share of the population in the data"
            )
            raise ProjectError(Diagnostic("PT525", message, fixes=("write 5 % as 0.05",)))
        if question.weight:
            message = "`--fraction` and `--weight` contradict each other: the weights say the fraction"
            raise ProjectError(Diagnostic("PT525", message, fixes=("leave one out",)))


def counted(classes: Question) -> str:
    """What a person is, in words."""
    if classes.person is not None:
        return f"people by `{classes.person}`"
    if classes.weight is not None:
        return f"as many people a row as `{classes.weight}` says"
    return "each row as a person"


def _column(name: str, names: Sequence[str], problems: list[Diagnostic]) -> str:
    for present in names:
        if folded(present) == folded(name):
            return present
    problems.append(Diagnostic("PT515", f"there is no column `{name}`", label=suggestion(name, names)))
    return name
