"""The demo with privacy models on personas, and adversaries who know events: published, or held and why."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from personatwin_sql.release.state import read_owner
from tests.integration.commands.conftest import Call

KNOWN = "km={{'m': 2, 'k': {k}}}, known_events={{'p': 2, 'k': 11}}, lkc={{'l': 3, 'k': 11, 'c': 0.8}}"
MODELS = (
    "k=11, l_diversity={'risk_level': {'distinct': 2, 'entropy': 1.2}}, alpha_k={'risk_level': 0.95}, "
    "t_closeness={'risk_level': {'t': 0.5, 'distance': 'ordered'}}"
)


def configured(root: Path, k: int) -> None:
    """Personas of eleven that keep the risk level, under models; at least k people share two known events."""
    for name, old, new in (
        ("people_public", "protection='k_anonymity'", "protection='k_anonymity', k=11"),
        ("personas", "protection='personas'", f"protection='personas', {MODELS}"),
        ("personas", "    prior_offenses\n", "    prior_offenses,\n    risk_level\n"),
        (
            "persona_events",
            "protection='persona_events'",
            f"protection='persona_events', {KNOWN.format(k=k)}",
        ),
    ):
        path = root / "models" / "release" / f"{name}.sql"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")


def test_personas_satisfy_their_models_and_known_events_are_shared(fresh: Path, call: Call) -> None:
    configured(fresh, 11)
    built = call("build", "--project-dir", fresh)
    assert built.exit_code == 0, built.output
    with duckdb.connect(str(fresh / "release" / "county_court.duckdb"), read_only=True) as connection:
        rows = connection.execute("""
            SELECT guarantee, required, proven, holds FROM _personatwin.guarantees
            WHERE guarantee LIKE '% of risk_level' OR guarantee SIMILAR TO '(km|lkc|known).*' ORDER BY ALL
            """).fetchall()
    assert rows == [
        ("alpha_k of risk_level", 0.95, 0.95, True),
        ("km_2", 11, 11, True),
        ("known_events_2", 11, 11, True),
        ("l_diversity_distinct of risk_level", 2, 2, True),
        ("l_diversity_entropy of risk_level", 1.2, 1.2, True),
        ("lkc_3", 11, 11, True),
        ("lkc_3_confidence", 0.8, 0.8, True),
        ("t_closeness_ordered of risk_level", 0.5, 0.5, True),
    ]
    public = (fresh / "release" / "report.html").read_text(encoding="utf-8")
    assert "Whoever knows up to two events of a person still finds at least 11 people." in public
    assert "alone in the source" not in public
    owner = read_owner(fresh / ".personatwin")
    assert owner is not None
    assert any("2 events of theirs" in note for note in owner.notes)


def test_a_column_of_one_value_is_refused_before_personas_are_cut(fresh: Path, call: Call) -> None:
    configured(fresh, 11)
    path = fresh / "models" / "release" / "personas.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("    risk_level\n", "    'low' || left(risk_level, 0) AS risk_level\n"), "utf-8"
    )
    held = call("build", "--project-dir", fresh)
    assert held.exit_code == 3, held.output
    assert "everybody has the same value in `risk_level`" in held.output
    assert "PT251" in held.output


def test_known_events_that_too_few_share_are_held_with_a_way_out(fresh: Path, call: Call) -> None:
    configured(fresh, 200)
    held = call("build", "--project-dir", fresh)
    assert held.exit_code == 3
    assert "`km_2`: what is known of a person is shared by fewer than 200" in held.output
    assert "raise `k` of the personas" in held.output
    assert not (fresh / "release" / "county_court.duckdb").exists()
    run = json.loads((fresh / "target" / "run_results.json").read_text(encoding="utf-8"))
    assert run["published"] is False
