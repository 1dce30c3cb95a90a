"""Characters and words that DuckDB could read otherwise than they look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from personatwin_sql.compile.sql_functions import TYPES, VOLATILE
from personatwin_sql.engine.functions import FUNCTIONS
from personatwin_sql.errors import ProjectError

ReadModels = Callable[[dict[str, str]], dict[str, Any]]
PEOPLE = "FROM {{ ref('stg_people') }}"


def codes(read_models: ReadModels, text: str) -> list[str]:
    try:
        _ = read_models({"model": text})["model"].authored
    except ProjectError as error:
        return [diagnostic.code for diagnostic in error.diagnostics]
    return []


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x0c", "\x1f", "\x7f", "\x85"])
def test_a_control_character_is_refused_even_in_a_comment(read_models: ReadModels, character: str) -> None:
    assert codes(read_models, f"SELECT person_id -- x{character}, name\n{PEOPLE}") == ["PT132"]


def test_a_carriage_return_ends_a_comment_for_us_as_for_duckdb(read_models: ReadModels) -> None:
    authored = read_models({"model": f"SELECT person_id -- x\r, age {PEOPLE}"})["model"].authored
    assert [column.name for column in authored.columns] == ["person_id", "age"]


@pytest.mark.parametrize("space", ["\u00a0", "\u200b", "\u3000", "\ufeff", "\u2028"])
def test_a_space_that_is_not_a_plain_one_is_refused(read_models: ReadModels, space: str) -> None:
    assert "PT132" in codes(read_models, f"SELECT person_id,{space}age {PEOPLE}")
    assert codes(read_models, f"SELECT person_id, age AS a{space}b {PEOPLE}")


def test_any_character_may_stand_in_a_text_or_a_comment(read_models: ReadModels) -> None:
    assert codes(read_models, f"SELECT person_id, '\u00a0\u200b–' AS x -- \u2028 –\n{PEOPLE}") == []


@pytest.mark.parametrize("comment", ["{% raw %}{# x #}{% endraw %}", "/* a /* b */ c */", "# x\n", "// x\n"])
def test_a_comment_that_only_one_of_two_readers_knows_is_refused(
    read_models: ReadModels, comment: str
) -> None:
    assert codes(read_models, f"SELECT person_id, age {comment} {PEOPLE}")


@pytest.mark.parametrize("name", ["Größe", '"größe"', "größe"])
def test_letters_of_any_script_may_name_a_column(read_models: ReadModels, name: str) -> None:
    assert codes(read_models, f"SELECT person_id, {name} AS x {PEOPLE}") == []


def test_every_allowed_function_is_known_to_duckdb_and_deterministic() -> None:
    rows = duckdb.sql("SELECT function_name, stability FROM duckdb_functions()").fetchall()
    stability = dict(rows)
    syntax = {"coalesce", "ifnull", "percentile_cont", "percentile_disc", "try"}
    ours = {function.name for function in FUNCTIONS} - {"pt_rows_to_hold_back"}  # macros alone call it
    assert set(TYPES) - set(stability) == syntax | ours
    assert {stability[name] for name in TYPES if name in stability} <= {"CONSISTENT", None}


def test_no_volatile_function_of_duckdb_is_allowed() -> None:
    rows = duckdb.sql(
        "SELECT DISTINCT function_name FROM duckdb_functions() "
        "WHERE stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY') "
        "OR function_type IN ('table', 'table_macro')"
    ).fetchall()
    also_tables = {"json", "repeat", "repeat_row", "summary", "range", "generate_series"}
    assert {name for (name,) in rows} & set(TYPES) <= also_tables
    assert not set(VOLATILE) & set(TYPES)


@pytest.mark.parametrize("function", sorted(set(TYPES)))
def test_no_function_can_be_read_as_a_table(read_models: ReadModels, function: str) -> None:
    assert codes(read_models, f"SELECT * FROM {function}('x') AS t")
