"""`plan`: what a build would do, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.console import Console, json_text
from personatwin_sql.cli.formats import output_format, text_table
from personatwin_sql.cli.graph import options_of

if TYPE_CHECKING:
    from personatwin_sql.workflow.planning import PlannedLevels, ProjectPlan

CHANGES = 6
"""The exit code of a plan with changes, where somebody asks for it."""


@click.command(cls=Command)
@click.option("--against", metavar="GITREF", help="Compare rules with those of a commit, not the last build.")
@click.option("--detailed-exitcode", is_flag=True, help="Leave with 6 where there are changes.")
@output_format("text", "json")
@click.pass_obj
def plan(console: Console, against: str | None, detailed_exitcode: bool, form: str) -> int:
    """What a build would do and why, and which rules were tightened or loosened. No data is touched.

    Sources are looked at by size and time alone. Suppression is as the last build measured it.

    \b
    Examples:
      personatwin plan
      personatwin plan --against main --detailed-exitcode
    """
    from personatwin_sql import workflow

    found = workflow.plan_project(options_of(console), against)
    if form == "json":
        from personatwin_sql.release.codec import encoded

        refused = [problem.as_dict() for problem in found.refused]
        console.result(json_text({**encoded(found), "refused": refused, "has_changes": found.has_changes}))
    else:
        console.result("\n".join(_lines(found)))
        for problem in found.refused:
            console.diagnostic(problem)
    return CHANGES if detailed_exitcode and found.has_changes else 0


def _how(levels: PlannedLevels) -> str:
    """Whether others could lose less."""
    if levels.classes is not None:
        return f"{levels.how}: {levels.classes:,} classes"
    if levels.lower_bound is None:
        return levels.how
    from personatwin_sql.release.promise import amount

    return f"{levels.how}: none lose less than {amount(levels.lower_bound)}"


def _levels(found: Sequence[PlannedLevels]) -> Iterator[str]:
    from personatwin_sql.release.promise import amount

    yield ""
    yield text_table(
        ("model", "levels", "of the last build", "lose"),
        [(each.model, each.levels, _how(each), f"{amount(each.loss)} ({each.measure})") for each in found],
    )


def _lines(plan: ProjectPlan) -> Iterator[str]:
    yield f"{plan.project}, target {plan.target}{'' if plan.publishes else ' (publishes nothing)'}"
    yield ""
    bands = dict(plan.suppression)
    yield text_table(
        ("model", "a build would", "because", "last suppressed"),
        [
            (
                node.name,
                "build it" if node.action == "build" else "leave it",
                "; ".join(node.why),
                bands.get(node.name, ""),
            )
            for node in plan.nodes
        ],
    )
    yield from _privacy(plan)
    yield from _costs(plan)
    if plan.levels:
        yield from _levels(plan.levels)
    yield from _offers(plan)
    yield ""
    if not plan.rules:
        yield f"rules: as in {plan.against}" if plan.against != "no build yet" else "rules: no build yet"
        return
    yield f"rules that are not as in {plan.against}"
    yield text_table(
        ("of", "rule", "before", "now", "which is"),
        [
            (
                change.model or "the project",
                change.rule,
                "-" if change.before is None else str(change.before),
                "-" if change.after is None else str(change.after),
                change.direction,
            )
            for change in plan.rules
        ],
    )


def _privacy(plan: ProjectPlan) -> Iterator[str]:
    """What differentially private models would spend, and how far off they would be."""
    if not plan.privacy:
        return
    from personatwin_sql.release.noise_words import needed_words

    yield ""
    yield text_table(
        ("model", "a build would", "budget", "epsilon", "delta", "rho", "then left"),
        [
            (
                each.model,
                each.what,
                each.budget,
                *(("-", "-", "-") if each.what == "replay" else (each.epsilon, each.delta, each.rho)),
                f"epsilon {each.left_epsilon}, delta {each.left_delta}",
            )
            for each in plan.privacy
        ],
    )
    yield ""
    yield text_table(
        ("model", "figure", "of", "set", "expected error", "95 of 100 within"),
        [
            (
                each.model,
                error.measure,
                error.counts,
                error.grouping_set,
                f"{error.rmse:,.4g}",
                f"± {error.half_width:,.6g}",
            )
            for each in plan.privacy
            for error in each.errors
        ],
    )
    for each in plan.privacy:
        if each.thresholds:
            at_least = ", ".join(f"{number:,}" for number in each.thresholds)
            yield f"{each.model}: shows groups from a noisy count of {at_least} on"
        if each.needed:
            yield f"{each.model}: a group is shown by chance, {needed_words(each.needed)}"
        yield from (f"{each.model}: {note}" for note in each.notes)


def _offers(plan: ProjectPlan) -> Iterator[str]:
    """What would pass beside earlier releases, where the last build was held."""
    if plan.offers:
        yield ""
        yield "the last build told people apart beside earlier releases; what would pass (for its owner)"
        yield from (f"  {offer}" for offer in plan.offers)


def _costs(plan: ProjectPlan) -> Iterator[str]:
    """What the rules cost in the last build, and what one level would buy."""
    from personatwin_sql.release.report.sensitivity import rule_words
    from personatwin_sql.release.report.told import percent

    for model, found in plan.sensitivity:
        yield ""
        yield f"what the rules of {model} cost in the last build (for its owner)"
        if found.rules:
            yield text_table(
                ("without", "detail lost", "so it costs"),
                [(rule_words(cost), percent(cost.loss), percent(cost.costs)) for cost in found.rules],
            )
        else:
            yield "there are too many combinations to search again without each rule"
        yield ""
        yield text_table(
            ("with", "detail lost", "left out", "average risk", "allowed"),
            [
                (
                    "levels as they are",
                    percent(found.loss),
                    percent(found.suppressed_share),
                    f"{found.average_risk:.4f}",
                    "yes",
                ),
                *(
                    (
                        f"{step.column} {'finer' if step.is_finer else 'coarser'}: {step.level_name}",
                        percent(step.loss),
                        percent(step.suppressed_share),
                        f"{step.average_risk:.4f}",
                        "yes" if step.is_allowed else "no",
                    )
                    for step in found.levels
                ),
            ],
        )
