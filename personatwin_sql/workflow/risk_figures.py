"""`risk`: how likely people are found again, of a released table, a private one, or a file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from personatwin_sql.compile.quoting import folded
from personatwin_sql.engine.class_sizes import by_rows, class_sizes
from personatwin_sql.engine.coded_records import event_cells
from personatwin_sql.engine.given_population import GivenPopulation
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.pattern import PatternRisk, event_patterns
from personatwin_sql.privacy.person_risk import PersonRisk, SizeBand, codes, size_bands
from personatwin_sql.release.result import PopulationRisk
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.risk_among import among_population
from personatwin_sql.workflow.risk_columns import (
    ColumnFigures,
    NamedSubset,
    ProposedColumn,
    column_figures,
    proposed_columns,
)
from personatwin_sql.workflow.risk_groups import Breakdown, breakdowns, risk_of
from personatwin_sql.workflow.risk_population import PopulationFigures, population_figures
from personatwin_sql.workflow.risk_question import Resolved, RiskQuestion, counted, resolved
from personatwin_sql.workflow.risk_subject import Subject, subject_of


@dataclass(frozen=True)
class RiskFigures:
    """How alike people are in what others may know. Of private data it is for the owner."""

    subject: str
    is_private: bool
    counted: str
    """What a person is in it: a column, or each row."""
    quasi_identifiers: tuple[str, ...]
    risk: PersonRisk
    classes: int
    class_sizes: tuple[SizeBand, ...]
    columns: ColumnFigures
    breakdowns: tuple[Breakdown, ...] = ()
    named_groups: bool = False
    """Whether the columns of the breakdowns were asked for; else they are quasi-identifiers of few values."""
    population: PopulationFigures | None = None
    journalist: PopulationRisk | None = None
    """Where the project names a population: of a released table as released, of private data as given."""
    given: GivenPopulation | None = None
    """The same of private data, in more words."""
    population_not_told: str = ""
    """Why the project's population is not laid beside it."""
    rows_without_person: int = 0


@dataclass(frozen=True)
class ProposedFigures:
    """Which columns may tell people apart, where nobody says which are known. For the owner."""

    subject: str
    is_private: bool
    counted: str
    people: int
    largest: int
    """Most columns of a set that was counted."""
    proposed: tuple[ProposedColumn, ...]
    """Every column, strongest first."""
    subsets: tuple[NamedSubset, ...]


@dataclass(frozen=True)
class EventFigures:
    """How many people share what somebody may know of a person's events."""

    subject: str
    is_private: bool
    counted: str
    events: tuple[str, ...]
    """The columns that say what is known of an event."""
    people: int
    patterns: tuple[PatternRisk, ...]


Figures = RiskFigures | ProposedFigures | EventFigures


def risk(options: Options, question: RiskQuestion) -> Figures:
    """The risk figures of a relation: a file as given, a private one as built, a table as released.

    Raises ProjectError: PT514 no such relation, PT515 no such column, PT519 what cannot be measured, PT523
    more than can be counted, PT524 and PT525 no weights or fraction; and what reading or building raises.
    """
    with subject_of(options, question.subject) as subject:
        asked = resolved(question, subject)
        if question.events or (subject.patterns and not question.quasi):
            return _events(question, subject, asked)
        if not asked.classes.quasi_identifiers:
            return _proposed(question, subject, asked)
        return _figures(question, subject, asked)


def _figures(question: RiskQuestion, subject: Subject, asked: Resolved) -> RiskFigures:
    source = subject.asked
    classes, without_person = by_rows(source.ask, asked.classes)
    sizes = class_sizes(source.ask, classes)
    population = population_figures(source, classes, sizes, question.fraction, asked.weight)
    among = among_population(subject, classes, is_asked=bool(question.quasi))
    return RiskFigures(
        subject=question.subject,
        is_private=subject.is_private,
        counted=counted(asked.classes),
        quasi_identifiers=classes.quasi_identifiers,
        risk=risk_of(sizes.people),
        classes=sum(number for _, number in sizes.classes),
        class_sizes=size_bands(
            codes([size for size, _ in sizes.classes]), codes([number for _, number in sizes.classes])
        ),
        columns=column_figures(
            source, classes, question.subsets, question.suda, population.fraction if population else None
        ),
        breakdowns=breakdowns(source.ask, classes, asked.by, subject.is_private),
        named_groups=bool(asked.by),
        population=population,
        journalist=among.journalist,
        given=among.given,
        population_not_told=among.not_told,
        rows_without_person=without_person,
    )


def _proposed(question: RiskQuestion, subject: Subject, asked: Resolved) -> ProposedFigures:
    """Of a relation whose columns nobody has described, all are looked at but those that name people."""
    if not subject.is_private:
        raise ProjectError(
            Diagnostic(
                "PT519",
                f"what others may know of a person in `{question.subject}` is not said",
                fixes=("name the columns: --quasi age,gender,county",),
            )
        )
    if question.by or question.suda or asked.weight or question.fraction is not None:
        message = "groups, weights and populations are measured over what others may know, which is not said"
        fixes = (f"see what may be: personatwin risk {question.subject}", "and name it: --quasi age,gender")
        raise ProjectError(Diagnostic("PT519", message, fixes=fixes))
    inside = {
        folded(name) for name in (*subject.kept_inside, asked.classes.person, asked.classes.weight) if name
    }
    names = tuple(name for name, _ in subject.asked.columns if folded(name) not in inside)
    if not names:
        message = f"`{question.subject}` has no column that could tell people apart"
        raise ProjectError(Diagnostic("PT519", message, fixes=("measure another relation",)))
    classes = replace(asked.classes, quasi_identifiers=names)
    rows, _ = by_rows(subject.asked.ask, classes)
    people, largest, proposed, subsets = proposed_columns(subject.asked, rows, question.subsets)
    return ProposedFigures(
        question.subject, subject.is_private, counted(classes), people, largest, proposed, subsets
    )


def _events(question: RiskQuestion, subject: Subject, asked: Resolved) -> EventFigures:
    """As released, or of each person's own events."""
    others = (*question.quasi, question.people, *question.by, question.weight, question.fraction)
    if any(others) or question.subsets or question.suda:
        message = "known events are measured alone: `--events` stands beside `--unit` only"
        raise ProjectError(Diagnostic("PT519", message, fixes=("leave the other options out",)))
    if not question.events:
        return EventFigures(
            question.subject, subject.is_private, "people of each persona", (), 0, subject.patterns
        )
    if asked.classes.person is None:
        message = f"whose events the rows of `{question.subject}` are is not said"
        raise ProjectError(Diagnostic("PT519", message, fixes=("name the column: --unit person_id",)))
    person, cell = event_cells(subject.asked, asked.classes.person, asked.events)
    people = np.ones(int(person.max(initial=-1)) + 1, dtype=np.int64)
    return EventFigures(
        question.subject,
        subject.is_private,
        counted(asked.classes),
        asked.events,
        len(people),
        event_patterns(person, cell, people),
    )


__all__ = ["EventFigures", "Figures", "ProposedFigures", "RiskFigures", "RiskQuestion", "risk"]
