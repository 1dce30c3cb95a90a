"""A small court whose persona events are released by a strategy, with what stands behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from court_people import HEIGHTS, SENSITIVE_OUTCOME, Event, Person
from protected_court import LOADED, Rules, begin, declared, events_model, personas

from personatwin_sql.compile.event_protection import render_persona_events
from personatwin_sql.compile.guarantees import guarantees_of
from personatwin_sql.compile.model import CompiledModel
from personatwin_sql.engine.measure import measure
from personatwin_sql.engine.measured import Measured
from personatwin_sql.engine.session import Session
from personatwin_sql.spec.domain import MustFollow, OrderRules, RequiresClosure
from personatwin_sql.spec.guarantee import Guarantee
from personatwin_sql.spec.hierarchy import Period
from personatwin_sql.spec.project import StrategyName
from personatwin_sql.spec.protection import PersonaEvents, Strategy

RULES = OrderRules(
    must_follow=(
        MustFollow(event="charge", after="arrest"),
        MustFollow(event="trial", after="charge"),
        MustFollow(event="incarceration", after="trial"),
        MustFollow(event="release", after="incarceration"),
        MustFollow(event="visit", after="release"),
    ),
    requires_closure=(
        RequiresClosure(event="incarceration", closed_by="release"),
        RequiresClosure(event="trial", closed_by="verdict"),
        RequiresClosure(event="verdict", closed_by="file"),
    ),
)
TYPES = ("arrest", "charge", "trial", "incarceration", "release", "visit", "verdict", "file", "booking")


def strategy_of(name: StrategyName, *, repair: bool = False, max_rows: int = 3) -> Strategy:
    return Strategy(
        name,
        declared(max_rows) if name == "sample" else None,
        RULES if repair or name == "sequence" else None,
    )


class Court:
    """People in personas, and their events, to be released again and again."""

    def __init__(
        self,
        session: Session,
        people: Sequence[Person],
        events: Sequence[Event],
        rules: Rules,
        k_event: int,
        finest: Period,
    ) -> None:
        self.session, self.rules, self.k_event, self.finest = session, rules, k_event, finest
        begin(session, people)
        self.personas = personas(session, (1, 0, 1, HEIGHTS[3]), rules)
        session.run(
            "CREATE TABLE source.court__events "
            "(person_id BIGINT, date DATE, event_type VARCHAR, outcome VARCHAR)",
            "begin",
        )
        if events:
            values = ", ".join("(?, ?, ?, ?)" for _ in events)
            session.rows(
                f"INSERT INTO source.court__events VALUES {values}", [each for row in events for each in row]
            )

    def model(self, strategy: Strategy) -> CompiledModel:
        model = events_model(self.rules, self.k_event, self.finest)
        promise = model.protection
        assert isinstance(promise, PersonaEvents)
        return replace(model, protection=replace(promise, strategy=strategy))

    def script(self, strategy: Strategy) -> str:
        model = self.model(strategy)
        assert isinstance(model.protection, PersonaEvents)
        return render_persona_events(LOADED, model, model.protection, self.personas)

    def release(self, strategy: Strategy) -> Measured:
        """Publish by a strategy, proven and recounted."""
        self.clean()
        model, script = self.model(strategy), self.script(strategy)
        guarantees = _proven(script, model, self.personas)
        self.session.run(script, "persona_events")
        return measure(self.session, model, guarantees, {"personas": self.personas, model.name: model})

    def clean(self) -> None:
        tables = self.session.rows(
            "SELECT 'TABLE', schema_name, table_name FROM duckdb_tables() "
            "WHERE table_name LIKE 'persona_events%' UNION ALL "
            "SELECT 'VIEW', schema_name, view_name FROM duckdb_views() WHERE view_name LIKE 'persona_events%'"
        )
        for kind, schema, table in tables:
            self.session.run(f"DROP {kind} {schema}.{table}", "clean")
        self.session.run("DROP TYPE IF EXISTS private.persona_events__text", "clean")

    def rows(self, columns: str, where: str = "TRUE") -> list[tuple[object, ...]]:
        return self.session.rows(f"SELECT {columns} FROM release.persona_events WHERE {where} ORDER BY ALL")


_PROVEN: dict[str, tuple[Guarantee, ...]] = {}


def _proven(script: str, model: CompiledModel, of: CompiledModel) -> tuple[Guarantee, ...]:
    """The guarantees of a script, all of them proven; the same script is proven once."""
    if script not in _PROVEN:
        _PROVEN[script] = guarantees_of(model, script, of)
        assert all(each.is_proven for each in _PROVEN[script]), _PROVEN[script]
    return _PROVEN[script]


def held(measured: Measured) -> bool:
    """Every guarantee is met, or there is nothing of which it could be."""
    return all(each.holds or each.measured is None for each in measured.guarantees)


__all__ = ["RULES", "SENSITIVE_OUTCOME", "TYPES", "Court", "held", "strategy_of"]
