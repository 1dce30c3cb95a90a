"""A domain's precision holds beside the privacy level: of the two, the coarser."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.spec.loader import load

PROJECT = """\
name: p
domain: d
privacy: {{level: {level}}}
sources:
  s:
    people: {{path: p.csv, entity: people}}
"""
DOMAIN = "entities:\n  people:\n    columns:\n      person_id: {role: privacy_unit}\n"


def preset(folder: Path, level: str, domain: str) -> tuple[str, str]:
    (folder / "domains").mkdir(exist_ok=True)
    (folder / "project.yml").write_text(PROJECT.format(level=level))
    (folder / "domains" / "d.yml").write_text(domain)
    found = load(folder).preset
    return found.finest_period, found.finest_place


@pytest.mark.parametrize(
    ("level", "precision", "released"),
    [
        ("low", "", ("week", "city")),
        ("low", "precision: {time: month, place: county}\n", ("month", "county")),
        ("low", "precision: {time: quarter}\n", ("quarter", "city")),
        ("high", "precision: {time: month, place: city}\n", ("quarter", "county")),
        ("maximum", "precision: {time: day, place: address}\n", ("year", "state")),
    ],
)
def test_the_coarser_of_level_and_domain_holds(
    tmp_path: Path, level: str, precision: str, released: tuple[str, str]
) -> None:
    assert preset(tmp_path, level, DOMAIN + precision) == released


def test_a_domain_that_extends_another_may_say_otherwise(tmp_path: Path) -> None:
    inherited = "extends: criminal_justice\n"
    assert preset(tmp_path, "low", inherited) == ("month", "county")
    assert preset(tmp_path, "low", f"{inherited}precision: {{place: city}}\n") == ("month", "city")
