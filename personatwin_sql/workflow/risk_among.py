"""A relation beside the population of its project: as released, or as its owner has it."""

from __future__ import annotations

from personatwin_sql.engine.class_sizes import Question
from personatwin_sql.engine.given_cells import NotTold
from personatwin_sql.engine.given_population import GivenPopulation, given_population
from personatwin_sql.errors import NodeError, ProjectError, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.result import PopulationRisk
from personatwin_sql.workflow.populations import in_words
from personatwin_sql.workflow.risk_subject import Subject


@dataclass(frozen=True)
class AmongPopulation:
    """The risk among the population, or why there is none; all empty where the project names none."""

    journalist: PopulationRisk | None = None
    given: GivenPopulation | None = None
    not_told: str = ""


def among_population(subject: Subject, classes: Question, *, is_asked: bool) -> AmongPopulation:
    """`is_asked`: the columns are not those that the project says.

    What was released was laid beside the population by its own columns. Private data are laid beside it as
    they are; a population that is not there or not clear is told, and keeps nobody from the other figures.
    """
    if not subject.is_private:
        if subject.journalist is None or not is_asked:
            return AmongPopulation(subject.journalist)
        return AmongPopulation(
            not_told=f"{subject.journalist.population} was read by the quasi-identifiers of the release; "
            "leave --quasi out"
        )
    spec = None if subject.loaded is None else subject.loaded.project.population
    if subject.loaded is None or spec is None:
        return AmongPopulation()
    words = in_words(spec)
    try:
        given = given_population(subject.asked, classes, subject.loaded, subject.hierarchies)
    except NotTold as why:
        return AmongPopulation(not_told=f"{words}; {why}")
    except (ProjectError, NodeError, Unavailable) as error:
        problem = error.diagnostics[0]
        return AmongPopulation(
            not_told="; ".join((words, f"{problem.code} {problem.message}", *problem.fixes))
        )
    return AmongPopulation(_as_released(words, given), given)


def _as_released(words: str, given: GivenPopulation) -> PopulationRisk:
    return PopulationRisk(
        population=words,
        highest=given.risk.highest,
        average=given.risk.average,
        smallest=given.risk.smallest,
        without=given.risk.without,
        unknown=given.unknown,
        is_bound=bool(given.unknown or given.coarser),
        is_estimate=given.is_estimate,
    )
