"""The tables are what the bureau published, and no other file passes for them."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from personatwin_sql.census.table import (
    CensusTable,
    Unfit,
    bundled_file,
    checked,
    from_bytes,
    read_table,
    to_bytes,
)
from personatwin_sql.errors import Unavailable


def _script() -> ModuleType:
    file = bundled_file().parent / "make_census.py"
    spec = importlib.util.spec_from_file_location("make_census", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_that_travels_is_made_of_the_published_figures(table: CensusTable, figures: Path) -> None:
    made = _script().census_table(figures)
    assert made.digest == table.digest
    assert from_bytes(to_bytes(made)).digest == table.digest


def test_it_counts_everybody_and_says_where_it_is_from(table: CensusTable) -> None:
    assert len(table.fips) == 3_142
    assert int(table.population.sum()) == 327_167_434
    assert table.vintage == 2018
    assert "US Census Bureau" in table.source
    assert [table.names[number] for number in np.flatnonzero(~table.tells_race)] == ["Doña Ana County"]


def test_it_is_small() -> None:
    assert bundled_file().stat().st_size < 300_000


def test_a_table_comes_back_from_its_file(table: CensusTable) -> None:
    again = from_bytes(to_bytes(table))
    assert again.digest == table.digest
    assert again.names == table.names
    assert (again.by_race == table.by_race).all()


def test_a_changed_number_does_not_pass(table: CensusTable) -> None:
    by_age = table.by_age.copy()
    by_age[0, 0, 0] += 1
    with pytest.raises(Unfit, match="by age and by race"):
        checked(replace(table, by_age=by_age))


@pytest.mark.parametrize("damage", [b"", b"no table", b"PK\x03\x04"], ids=["empty", "text", "half"])
def test_a_damaged_file_is_told_and_not_used(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / "counties_2018.npz"
    file.write_bytes(damage)
    with pytest.raises(Unavailable, match="PT422"):
        read_table(file)


def test_a_file_that_was_cut_short_or_changed_is_not_used(table: CensusTable, tmp_path: Path) -> None:
    whole = to_bytes(table)
    for content in (whole[:-100], whole[: len(whole) // 2]):
        with pytest.raises(Unfit):
            from_bytes(content)
    with np.load(bundled_file(), allow_pickle=False) as file:
        parts = {name: file[name] for name in file.files}
    parts["by_age"] = parts["by_age"].copy()
    parts["by_age"][0, 0, :2] += np.array([1, -1], dtype="<i4")  # still adds up
    np.savez_compressed(tmp_path / "changed.npz", **parts)
    with pytest.raises(Unfit, match="not as it was written"):
        from_bytes((tmp_path / "changed.npz").read_bytes())


def test_objects_in_a_file_are_never_made(tmp_path: Path) -> None:
    np.savez(tmp_path / "pickled.npz", about=np.array([{"format": 1}], dtype=object))
    with pytest.raises(Unfit):
        from_bytes((tmp_path / "pickled.npz").read_bytes())
