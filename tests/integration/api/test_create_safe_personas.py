"""Tables in, safe personas out: whatever the form of the tables, and nothing private left behind."""

from __future__ import annotations

import dataclasses
import gc
import hashlib
import json
import os
import stat
from pathlib import Path

import duckdb
import pytest

import personatwin_sql as pt
from personatwin_sql.errors.codes import CODES

OPTIONS = {"domain": "criminal_justice", "level": "low"}


def code(error: pytest.ExceptionInfo[pt.PersonaTwinError]) -> str:
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code in CODES
    return diagnostic.code


def test_personas_of_two_files_with_their_events_risk_and_report(
    people: Path, events: Path, temporary: Path, tmp_path: Path
) -> None:
    before = hashlib.sha256(people.read_bytes() + events.read_bytes()).digest()
    result = pt.create_safe_personas(people, events, target_risk=0.1, **OPTIONS)
    assert hashlib.sha256(people.read_bytes() + events.read_bytes()).digest() == before
    assert list(result.tables) == ["people_public", "personas", "persona_events", "persona_patterns"]
    assert result.personas.relation().aggregate("min(people) >= 3, max(people) <= 50").fetchall() == [
        (True, True)
    ]
    assert len(result.persona_events) == len(result.persona_events.rows()) > 100
    assert result.risk["people_public"].average <= 0.1
    assert result.band in ("public", "research", "internal", "unsafe")
    assert all(statement.holds for statement in result.guarantees)
    assert result.not_promised
    assert "name" in result.stays_inside["people"]
    assert result.report.html.startswith("<!doctype html>") or "<html" in result.report.html
    assert json.loads(result.report.json)["project"] == "people_and_events"
    assert result.report.markdown.startswith("# ")
    assert str(people.parent) not in result.report.json
    saved = result.save(tmp_path / "out")
    assert {path.name for path in saved.parent.iterdir()} == {
        "personas.duckdb", "report.html", "report.json", "report.md",
    }  # fmt: skip
    with pytest.raises(pt.PersonaTwinError) as refused:
        result.save(tmp_path / "out")
    assert code(refused) == "PT513"
    exported = result.export(tmp_path / "parquet")
    assert [path.name for path in exported] == [f"{name}.parquet" for name in result.tables]
    (kept,) = temporary.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    rows = result.personas
    del result, refused
    gc.collect()
    assert len(rows) > 50, "rows keep the release that they are of"
    del rows
    gc.collect()
    assert list(temporary.iterdir()) == []


@pytest.fixture(scope="module")
def result(people: Path) -> pt.SafePersonas:
    return pt.create_safe_personas(people, **OPTIONS)


def test_a_result_cannot_be_changed(result: pt.SafePersonas) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.file = Path("elsewhere")  # type: ignore[misc]


def test_a_relation_gives_what_its_file_gives(result: pt.SafePersonas, people: Path) -> None:
    with duckdb.connect() as connection:
        relation = connection.sql(f"FROM read_csv('{people}', all_varchar = true)")
        of_relation = pt.create_safe_personas(relation, **OPTIONS)
        assert of_relation.people_public.rows() == result.people_public.rows()
        assert relation.shape[0] == 800


def test_frames_and_arrow_tables_come_in_and_go_out(people: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pyarrow = pytest.importorskip("pyarrow")
    frame = pandas.read_csv(people)
    frame.loc[0, "age"] = float("nan")
    copy = frame.copy(deep=True)
    result = pt.create_safe_personas(frame, **OPTIONS)
    pandas.testing.assert_frame_equal(frame, copy)
    assert isinstance(result.personas.df(), pandas.DataFrame)
    assert isinstance(result.personas.arrow(), pyarrow.Table)
    of_arrow = pt.create_safe_personas(pyarrow.Table.from_pandas(copy), **OPTIONS)
    assert of_arrow.people_public.rows() == result.people_public.rows()


def test_without_pandas_the_way_out_is_told(result: pt.SafePersonas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(pt.PersonaTwinError) as refused:
        result.personas.df()
    assert code(refused) == "PT517"


def test_an_unknown_column_stays_inside_until_its_role_is_said(people: Path, tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        sized = tmp_path / "sized.parquet"
        connection.sql(
            f"SELECT *, 'S' || row_number() OVER () % 3 AS shirt_size FROM '{people}'"
        ).write_parquet(str(sized))
    unsaid = pt.create_safe_personas(sized, **OPTIONS)
    assert unsaid.unrecognised["people"] == ("shirt_size",)
    assert "shirt_size" not in unsaid.people_public.columns
    bands = {"hierarchy": {"widths": [25, 50], "bottom": 0}, "type": "integer"}
    said = pt.create_safe_personas(
        sized,
        columns={"shirt_size": "insensitive", "people.zip": "direct_identifier", "age": bands},
        **OPTIONS,
    )
    assert said.unrecognised["people"] == ()
    assert "shirt_size" in said.people_public.columns
    assert "zip" not in said.people_public.columns
    assert "zip" in said.stays_inside["people"]
    ages = {row[0] for row in said.query("SELECT DISTINCT age FROM people_public").rows()}
    assert ages <= {"*", "0-24", "25-49", "50-74", "75-99", "0-49", "50-99", None}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [({"agee": "sensitive"}, "PT515"), ({"age": "secret"}, "PT014"), ({"age": {"rule": 1}}, "PT012")],
)
def test_a_role_that_cannot_be_is_refused(
    columns: dict[str, object], expected: str, people: Path, temporary: Path
) -> None:
    with pytest.raises(pt.PersonaTwinError) as refused:
        pt.create_safe_personas(people, columns=columns, **OPTIONS)  # type: ignore[arg-type]
    assert code(refused) == expected
    assert list(temporary.iterdir()) == []


def test_a_domain_of_ones_own_is_named_by_its_path(people: Path, tmp_path: Path) -> None:
    own = tmp_path / "courts.yml"
    own.write_text("extends: criminal_justice\nhierarchies:\n  age: {widths: [30], bottom: 0, top: 90}\n")
    result = pt.create_safe_personas(people, domain=own, columns={"age": {"hierarchy": "age"}})
    ages = {row[0] for row in result.query("SELECT DISTINCT age FROM people_public").rows()}
    assert ages <= {"*", "0-29", "30-59", "60-89", "90+", None}
    with pytest.raises(pt.PersonaTwinError) as refused:
        pt.create_safe_personas(people, domain=tmp_path / "none.yml")
    assert code(refused) == "PT509"


@pytest.mark.parametrize("table", [[("Ada", 36)], 7, {"name": ["Ada"]}, None])
def test_what_is_no_table_is_refused_without_its_values(table: object, temporary: Path) -> None:
    with pytest.raises(pt.PersonaTwinError) as refused:
        pt.create_safe_personas(table)
    assert code(refused) == "PT518"
    assert "Ada" not in str(refused.value)
    assert list(temporary.iterdir()) == []


def test_too_few_people_for_personas_are_withheld_and_nothing_is_left(
    people: Path, temporary: Path, tmp_path: Path
) -> None:
    few = tmp_path / "few.csv"
    few.write_text("\n".join(people.read_text().splitlines()[:4]) + "\n")
    with pytest.raises(pt.PersonaTwinError) as withheld:
        pt.create_safe_personas(few, **OPTIONS)
    assert withheld.value.exit_code == 3
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("target_risk", [0, -1, 2, True])
def test_a_target_risk_is_a_share(target_risk: float, people: Path) -> None:
    with pytest.raises(pt.PersonaTwinError) as refused:
        pt.create_safe_personas(people, target_risk=target_risk)
    assert code(refused) == "PT013"


def test_a_looser_target_risk_than_the_level_is_refused(people: Path) -> None:
    with pytest.raises(pt.PersonaTwinError) as refused:
        pt.create_safe_personas(people, target_risk=0.5, **OPTIONS)
    assert code(refused) == "PT040"


def test_a_query_of_the_result_only_reads(result: pt.SafePersonas, people: Path) -> None:
    with pytest.raises(pt.PersonaTwinError) as refused:
        result.query("DROP TABLE personas")
    assert code(refused) == "PT330"
    with pytest.raises(pt.PersonaTwinError):
        result.query(f"SELECT * FROM read_csv('{people}')").rows()
    assert os.access(result.file, os.R_OK)
