"""A small release of a court: people, personas, their events, and what is derived from them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from personatwin_sql.engine.content import Connection
from personatwin_sql.release.owner import (
    GroupFigures,
    LadderStep,
    OwnerFigures,
    OwnerModel,
    SourceQuality,
)
from personatwin_sql.release.publish import publish
from personatwin_sql.release.result import (
    EventPattern,
    LevelCount,
    Release,
    ReleasedColumn,
    ReleasedModel,
    ReleasedRisk,
    ReleasedSource,
    Rule,
    SizeBucket,
)
from personatwin_sql.spec.guarantee import Direction, Guarantee
from personatwin_sql.spec.role import Role

PLANTED = "PLANTED-Zebulon-Quux-7719"
"""What only the private tables and the owner's figures hold."""


def guarantee(
    name: str = "k",
    required: float = 11,
    proven: float | None = 11,
    measured: float | None = 13,
    direction: Direction = "at_least",
    model: str = "people_public",
    *,
    measured_only: bool = False,
) -> Guarantee:
    return Guarantee(
        model=model,
        name=name,
        direction=direction,
        required=required,
        declared_at=f"models/release/{model}.sql:1:39",
        proven=proven,
        proof="counted" if measured_only else "HAVING count(DISTINCT person_id) >= 11",
        measured=measured,
        measured_only=measured_only,
    )


def quasi_identifier(name: str, level: int, height: int, level_name: str) -> ReleasedColumn:
    return ReleasedColumn(
        name, Role.QUASI_IDENTIFIER, "VARCHAR", name, level, level_name, height, "", (("court.people", name),)
    )


def plain(
    name: str, type_: str = "VARCHAR", role: Role = Role.INSENSITIVE, description: str = ""
) -> ReleasedColumn:
    return ReleasedColumn(name, role, type_, description=description)


PEOPLE = ReleasedModel(
    name="people_public",
    protection="k_anonymity",
    path="models/release/people_public.sql",
    description="People whom the court has seen.",
    rows=60,
    people=60,
    classes=3,
    columns=(
        quasi_identifier("age", 2, 4, "bands of 10"),
        quasi_identifier("gender", 0, 1, "as given"),
        plain("screening", role=Role.SENSITIVE, description="Result of the screening."),
    ),
    guarantees=(
        guarantee(),
        guarantee("rows_per_person", 1, None, 1, "at_most", measured_only=True),
        guarantee("target_risk", 0.10, None, 0.05, "at_most", measured_only=True),
        guarantee("suppression_limit", 0.05, None, 0.0123456, "at_most", measured_only=True),
    ),
    risk=ReleasedRisk(
        average=0.05,
        record=1 / 13,
        band="research",
        smallest=13,
        above=((0.05, 0.4), (0.1, 0.0), (0.2, 0.0), (0.33, 0.0), (0.5, 0.0)),
        homogeneity=(("screening", 0.02),),
    ),
    suppression_band="1 to 5 %",
    depends_on=("stg_people",),
    rules=(Rule("k", 11, "models/release/people_public.sql:1:39"),),
    steps=("`age` raised from bands of 5 to bands of 10",),
    class_sizes=(SizeBucket(11, 20, 2, 30), SizeBucket(21, 50, 1, 30)),
    fingerprint="f1",
)
PERSONAS = ReleasedModel(
    name="personas",
    protection="personas",
    path="models/release/personas.sql",
    rows=4,
    people=60,
    classes=4,
    columns=(
        plain("persona_id"),
        plain("people", "BIGINT"),
        quasi_identifier("age", 2, 4, "bands of 10"),
        quasi_identifier("gender", 0, 1, "as given"),
    ),
    guarantees=(
        guarantee(model="personas", measured=12),
        guarantee("k_beside_people_public", 11, None, 12, model="personas", measured_only=True),
        guarantee("max_people", 50, None, 18, "at_most", model="personas", measured_only=True),
    ),
    risk=ReleasedRisk(
        average=4 / 60, record=1 / 12, band="internal", smallest=12, above=((0.05, 1.0), (0.1, 0.0))
    ),
    suppression_band="none",
    depends_on=("stg_people", "people_public"),
    class_sizes=(SizeBucket(11, 20, 4, 60),),
    fingerprint="f2",
)
EVENTS = ReleasedModel(
    name="persona_events",
    protection="persona_events",
    path="models/release/persona_events.sql",
    rows=8,
    columns=(
        plain("level"),
        plain("persona_id"),
        plain("period"),
        plain("event_type"),
        plain("people", "BIGINT"),
        plain("events", "BIGINT"),
    ),
    guarantees=(
        guarantee("k_event", 5, 5, 6, model="persona_events"),
        guarantee("events_counted_once", 1, 1, 1, model="persona_events"),
    ),
    risk=ReleasedRisk(
        average=0.04,
        record=1 / 12,
        band="research",
        smallest=12,
    ),
    event_patterns=(EventPattern(1, 12, 0.25), EventPattern(2, 12, 0.75)),
    depends_on=("stg_events", "personas"),
    events_by_level=(LevelCount("persona_quarter", 6, 80), LevelCount("everyone", 2, 20)),
    fingerprint="f3",
)
PATTERNS = ReleasedModel(
    name="persona_patterns",
    protection="derived",
    path="models/release/persona_patterns.sql",
    rows=4,
    columns=(plain("persona_id"), plain("events", "BIGINT")),
    depends_on=("personas", "persona_events"),
    fingerprint="f4",
)
OWNER = OwnerFigures(
    models=(
        OwnerModel(
            "people_public",
            people=61,
            suppressed=1,
            smallest_class=13,
            ladder=(
                LadderStep("as searched", 0.4, 1.0, 0.2, 0.5),
                LadderStep("`age` in bands of 10", 0.2, 0.5, 0.05, 1 / 13),
            ),
            groups=(
                GroupFigures("ethnicity", PLANTED, 7, 3, 0.07, 0.041),
                GroupFigures("ethnicity", "other", 54, 0, 0.93, 0.959),
                GroupFigures("ethnicity", None, 2, 1, 0.03, 0.01),
            ),
            raw_risk=ReleasedRisk(0.4, 1.0, "unsafe", 1),
            raw_class_sizes=(SizeBucket(1, 1, 9, 9), SizeBucket(2, 4, 5, 14), SizeBucket(21, None, 1, 38)),
        ),
    ),
    sources=(SourceQuality("court.people", 61, 61, (("rows without a person_id", 2),)),),
    order_violations=(("trial after charge", 17),),
    unlisted_event_types=((PLANTED, 4),),
)


def release_of(*models: ReleasedModel) -> Release:
    return Release(
        project="county_court",
        version="0.1.0",
        target="prod",
        built_at=datetime(2026, 3, 1, 12, 30, tzinfo=UTC),
        level="high",
        domain="criminal_justice",
        models=models or (PEOPLE, PERSONAS, EVENTS, PATTERNS),
        sources=(ReleasedSource("court.people", "data/people.csv", "ab12" * 16, "2026-02-27"),),
        fingerprint="whole",
    )


def publish_beside(connection: Connection, release: Release, path: Path) -> Release:
    """Publish to `path` in the release folder of a project, whose private folder lies beside it."""
    return publish(connection, release, path, path.parent.parent / ".personatwin")
