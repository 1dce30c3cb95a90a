"""Whoever kept every release finds nobody's sensitive value by seeing who joined, left or stayed."""

from __future__ import annotations

from pathlib import Path

import pytest

from personatwin_sql.workflow import Options
from personatwin_sql.workflow.planning import plan_project
from tests.integration.town_of_releases import DOMAIN, TABLE, Town
from tests.releases_attack import commonest_share, fewest_values, smallest_group

K = 5
ILL = ("flu", "cold", "gout", "none")
Rows = list[tuple[int, int, str, str]]
"""Id, age, color, illness."""


def ill_town(root: Path, model: str, recoding: str = "global") -> Town:
    """A town whose table shows an illness of each person."""
    town = Town(root)
    town.write(
        "domains/town.yml", DOMAIN.replace("      mark:", "      illness: {role: sensitive}\n      mark:")
    )
    table = TABLE.format(k=K).replace("k=5", f"k=5, recoding='{recoding}', {model}")
    town.write("models/people_public.sql", table.replace("age, color,", "age, color, illness,"))
    return town


def publish(town: Town, rows: Rows) -> set[str]:
    """Build, and say of what the build warned."""
    lines = (f"{person},{age},{color},{illness},m{person}" for person, age, color, illness in rows)
    town.write("people.csv", "\n".join(("person_id,age,color,illness,mark", *lines, "")))
    return {warning.code for warning in town.build().warnings}


def mixed(first: int, last: int, color: str) -> Rows:
    return [(n, 30, color, ILL[n % 4]) for n in range(first, last)]


PEOPLE = [*mixed(0, 300, "blue"), *mixed(300, 480, "red")]


def test_the_attack_finds_the_illness_of_newcomers_where_releases_are_not_checked(tmp_path: Path) -> None:
    files = []
    for day, joined in enumerate((0, K)):
        alone = ill_town(tmp_path / f"day {day}", "l_diversity={'illness': 2}")
        publish(alone, [*PEOPLE, *((900 + n, 30, "blue", "gout") for n in range(joined))])
        files += alone.releases
    assert smallest_group(files) == K
    assert fewest_values(files, "illness") == 1


@pytest.mark.parametrize("recoding", ["global", "local", "multidimensional"])
def test_newcomers_of_one_illness_wait_until_others_join_them(tmp_path: Path, recoding: str) -> None:
    town = ill_town(tmp_path / "town", "l_diversity={'illness': 2}", recoding)
    publish(town, PEOPLE)
    alike = [(900 + n, 30, "blue", "gout") for n in range(2 * K)]
    assert "PT268" in publish(town, [*PEOPLE, *alike])
    assert fewest_values(town.releases, "illness") >= 2
    assert "PT268" not in publish(town, [*PEOPLE, *alike, *mixed(950, 970, "blue")])
    assert fewest_values(town.releases, "illness") >= 2
    assert smallest_group(town.releases) >= K


def test_who_stays_beside_many_who_left_is_as_close_to_everybody_as_was_asked_for(tmp_path: Path) -> None:
    town = ill_town(tmp_path / "town", "t_closeness={'illness': 0.3}, alpha_k={'illness': 0.6}")
    publish(town, PEOPLE)
    alike = [(900 + n, 30, "blue", ILL[n % 2]) for n in range(2 * K)]
    assert "PT268" in publish(town, [*PEOPLE, *alike])
    assert commonest_share(town.releases, "illness") <= 0.6


def test_a_release_says_that_its_models_hold_beside_earlier_ones(tmp_path: Path) -> None:
    town = ill_town(tmp_path / "town", "l_diversity={'illness': 2}")
    publish(town, PEOPLE)
    lines = [*PEOPLE, *mixed(900, 920, "blue")]
    publish(town, lines)
    (page,) = (path.read_text() for path in (town.root / "release").rglob("*.html"))
    assert "0 groups of people in its classes" in page
    assert plan_project(Options(project_dir=town.root), None).offers == ()
