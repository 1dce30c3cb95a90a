"""What is guaranteed, tested and not promised."""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.release.known_words import SOURCES
from personatwin_sql.release.model_words import model_words
from personatwin_sql.release.promise import BESIDE, Statement, figure, statements
from personatwin_sql.release.report.document import Card, Cell, Column, Section, Table, Terms, Text
from personatwin_sql.release.report.told import Told, counted
from personatwin_sql.release.result import ReleasedModel
from personatwin_sql.release.words import NOT_PROMISED, PROTECTIONS

_SOURCES: Mapping[str, tuple[str, str]] = {
    "k": ("min(people of a group) ≥ k", "Sweeney 2002"),
    "k_event": ("min(people behind a row) ≥ k_event", "Willenborg & de Waal 2001"),
    "max_people": ("max(people of a persona) ≤ max_people", "Domingo-Ferrer & Mateo-Sanz 2002"),
    "journalist_risk": ("Σ f · min(1/f, 1/F) ÷ people ≤ target_risk", "El Emam & Dankar 2008"),
    "target_risk": ("groups ÷ people ≤ target_risk", "Dankar & El Emam 2010"),
    "record_risk": ("1 ÷ min(people of a group) ≤ record_risk", "El Emam & Dankar 2008"),
    "suppression_limit": ("people left out ÷ people ≤ suppression_limit", "Samarati 2001"),
    "people_left_out": ("people left out = 0 or ≥ k", "Sweeney 2002"),
    "outcome_cap": ("max(people with the outcome ÷ people) ≤ outcome_cap", "Wong et al. 2006"),
    "rows_per_person": ("max(rows of a person) ≤ 1", "Sweeney 2002"),
    "values_per_persona": ("max(values of a persona) ≤ 1", "Domingo-Ferrer & Mateo-Sanz 2002"),
    "values_finer_than_level": ("values that are not of their level = 0", "Samarati 2001"),
    "rows_per_persona": ("max(rows of a persona) ≤ n", ""),
    "order_rules_broken": ("events that lack what must come before = 0", ""),
    "epsilon_per_outcome": ("ln((1 − r)(m − 1) / r)", "Warner 1965"),
    **SOURCES,
    "events_counted_once": ("1 where each event is counted in one row, else 0", "Willenborg & de Waal 2001"),
    "people_in_sums": ("min(cuts of personas × rows, if above 0) ≥ k_event", "Gusfield 1988"),
    "people_left": ("min(people of a group beside its rows, if any) ≥ k_event", "Willenborg & de Waal 2001"),
}
_BESIDE = ("min(people of an intersection of groups) ≥ k", "Ganta, Kasiviswanathan & Smith 2008")


def guarantees(told: Told) -> Section | None:
    """Each guarantee three times: required, proven, measured."""
    promised = [model for model in told.release.models if model.guarantees]
    others = [model for model in told.release.models if not model.guarantees]
    if not told.release.models:
        return None
    lead = Text(
        "Each guarantee is stated three times: as it was required, as it was read back out of the program "
        "that ran, and as it was counted afterwards in the result. The release is published only if all "
        "three agree.",
        "lead",
    )
    cards = tuple(Card(f"`{model.name}`", (_table(told, model),)) for model in promised)
    rest = tuple(
        Text(f"`{model.name}`: {PROTECTIONS.get(model.protection, model.protection)}", "muted")
        for model in others
    )
    return Section("guarantees", "What is guaranteed", (lead, *cards, *rest))


def _table(told: Told, model: ReleasedModel) -> Table:
    heads = (
        Column("What is guaranteed"),
        Column("Required"),
        Column("Proven"),
        Column("Measured"),
        Column("Holds"),
    )
    return Table(heads, tuple(_row(told, model, statement) for statement in statements(model)))


def _row(told: Told, model: ReleasedModel, statement: Statement) -> tuple[Cell, ...]:
    guarantee = statement.guarantee
    measured = statement.measured_words
    if told.owner is not None and guarantee.measured is not None:
        measured = figure(guarantee.name, guarantee.measured)
        own = told.of(model) if guarantee.name == "people_left_out" else None
        measured = "nobody" if own is not None and not own.suppressed else measured
    formula, source = _formula(guarantee.name)
    note = f"`{guarantee.name}`" + (f": {formula}" if formula else "") + (f" ({source})" if source else "")
    proof = "" if guarantee.measured_only else f"read from the SQL: `{guarantee.proof.replace('`', '')}`"
    return (
        Cell(statement.words, note),
        Cell(statement.required_words, f"`{guarantee.declared_at}`"),
        Cell(statement.proven_words, proof),
        Cell(measured),
        Cell("✓ yes", tone="good") if statement.holds else Cell("✗ no", tone="bad"),
    )


def _formula(name: str) -> tuple[str, str]:
    """The formula of a guarantee, and where it was published."""
    model = model_words(name)
    if model is not None:
        return model.formula, model.source
    return _SOURCES.get(name, _BESIDE if name.startswith(BESIDE) else ("", ""))


def tested(told: Told) -> Section | None:
    """The project's own tests: for the public those that passed, for the owner those that fail, too."""
    failing = told.owner.tests if told.owner is not None else ()
    if not told.release.tests and not failing:
        return None
    rows = tuple((Cell(name), Cell(f"{count:,}")) for name, count in failing)
    table = (Table((Column("Test that fails"), Column("Rows", True)), rows),) if rows else ()
    passed = told.release.tests
    names = tuple((Cell(f"`{name}`"),) for name in passed)
    listed = (
        (
            Text(f"{counted(len(passed), 'test')} of the data passed before anything was published."),
            Table((Column("Test that passed"),), names, folded="Which tests"),
        )
        if passed
        else ()
    )
    return Section("tests", "What was tested", (Card("", (*table, *listed)),))


def not_promised() -> Section:
    """What nobody should read into it."""
    return Section("limits", "What is not promised", (Card("", (Terms(NOT_PROMISED),)),))
