"""`risk`: how likely people are found again, of a released table, a private one, or a file."""

from __future__ import annotations

from collections.abc import Sequence

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.class_sizes import MOST_GROUPS, Question, class_sizes
from personatwin_sql.engine.column_statistics import LEAST_PEOPLE
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.frequency import Codes
from personatwin_sql.privacy.person_risk import PersonRisk, SizeBand, codes, person_risk, size_bands
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.risk_subject import Subject, subject_of


@dataclass(frozen=True)
class RiskQuestion:
    """What the command line asks; None and empty where the project says it."""

    subject: str
    quasi: tuple[str, ...] = ()
    unit: str | None = None
    people: str | None = None
    """The column that says how many people a row stands for."""
    by: str | None = None


@dataclass(frozen=True)
class GroupRisk:
    """The people with one value of a column."""

    value: str | None
    risk: PersonRisk


@dataclass(frozen=True)
class RiskFigures:
    """The answer. Of private data it is for the owner."""

    subject: str
    is_private: bool
    counted: str
    """What a person is in it: a column, or each row."""
    quasi_identifiers: tuple[str, ...]
    risk: PersonRisk
    classes: int
    class_sizes: tuple[SizeBand, ...]
    by: str | None = None
    groups: tuple[GroupRisk, ...] = ()
    small_groups: PersonRisk | None = None
    """Of private data: all groups of fewer than LEAST_PEOPLE together, so that no value of theirs is told."""
    rows_without_person: int = 0


def risk(options: Options, question: RiskQuestion) -> RiskFigures:
    """The risk figures of a relation: a file as given, a private one as built, a table as released.

    Raises ProjectError: PT514 no such relation, PT515 no such column, PT519 what cannot be measured;
    and what reading or building the relation raises.
    """
    with subject_of(options, question.subject) as subject:
        names = [name for name, _ in subject.asked.columns]
        asked = _resolved(question, subject, names)
        try:
            sizes = class_sizes(subject.asked.ask, asked)
        except ValueError:
            what = f"`{question.by}` has more than {MOST_GROUPS} values: its groups are too small to be told"
            raise ProjectError(Diagnostic("PT519", what, fixes=("name a coarser column",))) from None
    groups, small = _by_value(sizes.groups, LEAST_PEOPLE if subject.is_private else 1)
    return RiskFigures(
        subject=question.subject,
        is_private=subject.is_private,
        counted=_counted(asked),
        quasi_identifiers=asked.quasi_identifiers,
        risk=_risk(sizes.people),
        classes=sum(number for _, number in sizes.classes),
        class_sizes=size_bands(*_columns(sizes.classes)),
        by=asked.by,
        groups=groups,
        small_groups=small,
        rows_without_person=sizes.without_person,
    )


def _by_value(
    found: Sequence[tuple[str | None, int, int]], least: int
) -> tuple[tuple[GroupRisk, ...], PersonRisk | None]:
    """The groups of at least so many people, and all others as one; each row is value, class size, people."""
    by_value: dict[str | None, list[tuple[int, int]]] = {}
    for value, size, people in found:
        by_value.setdefault(value, []).append((size, people))
    is_told = {value: sum(people for _, people in rows) >= least for value, rows in by_value.items()}
    rest = [row for value, rows in by_value.items() if not is_told[value] for row in rows]
    told = tuple(GroupRisk(value, _risk(rows)) for value, rows in by_value.items() if is_told[value])
    return told, _risk(rest) if rest else None


def _risk(rows: Sequence[tuple[int, int]]) -> PersonRisk:
    return person_risk(*_columns(rows))


def _columns(rows: Sequence[tuple[int, int]]) -> tuple[Codes, Codes]:
    return codes([size for size, _ in rows]), codes([number for _, number in rows])


def _counted(asked: Question) -> str:
    if asked.person is not None:
        return f"people by `{asked.person}`"
    return (
        "each row as a person" if asked.weight is None else f"as many people a row as `{asked.weight}` says"
    )


def _resolved(question: RiskQuestion, subject: Subject, names: Sequence[str]) -> Question:
    """The question with the names as the relation has them."""
    quasi = question.quasi or subject.quasi
    if not quasi:
        raise ProjectError(
            Diagnostic(
                "PT519",
                f"what others may know of a person in `{question.subject}` is not said",
                fixes=("name the columns: --quasi age,gender,county",),
            )
        )
    if question.unit and question.people:
        message = (
            "`--unit` and `--people` contradict each other: rows are of one person, or stand for several"
        )
        raise ProjectError(Diagnostic("PT519", message, fixes=("leave one out",)))
    unit = question.unit or (None if question.people else subject.unit)
    people = question.people or (None if question.unit else subject.people)
    problems: list[Diagnostic] = []
    found = {name: _column(name, names, problems) for name in (*quasi, unit, people, question.by) if name}
    inside = {folded(name) for name in subject.kept_inside}
    if question.by and folded(question.by) in inside:
        message = f"`{question.by}` names people: they are no groups"
        problems.append(Diagnostic("PT519", message, fixes=("name a quasi-identifier",)))
    if problems:
        raise ProjectError(problems)
    return Question(
        relation=subject.asked.relation,
        quasi_identifiers=tuple(dict.fromkeys(found[name] for name in quasi)),
        person=found[unit] if unit else None,
        weight=found[people] if people else None,
        by=found[question.by] if question.by else None,
    )


def _column(name: str, names: Sequence[str], problems: list[Diagnostic]) -> str:
    for present in names:
        if folded(present) == folded(name):
            return present
    problems.append(Diagnostic("PT515", f"there is no column `{name}`", label=suggestion(name, names)))
    return name
