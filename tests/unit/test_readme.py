"""What the README says is so."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from personatwin_sql.cli.application import COMMANDS
from personatwin_sql.cli.commands.plan import CHANGES
from personatwin_sql.cli.exits import BUG, INTERRUPTED
from personatwin_sql.errors import PersonaTwinError
from personatwin_sql.release.words import NOT_PROMISED
from personatwin_sql.spec.data_test import KINDS
from personatwin_sql.spec.domain_reader import read_domain
from personatwin_sql.spec.library import library
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.project import StrategyName
from personatwin_sql.spec.role import Role

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def rows_of_table(header: str) -> list[list[str]]:
    """The rows below a header line, as cells."""
    lines = README[README.index(header) :].splitlines()[2:]
    rows = []
    for line in lines:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("`") for cell in line.strip("|").split("|")])
    return rows


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def test_the_levels_are_those_of_the_presets() -> None:
    said = {row[0]: row[1:] for row in rows_of_table("| level | k |")}
    assert said == {
        name: [
            str(preset.k),
            str(preset.k_event),
            f"{preset.age_band} years",
            preset.finest_period,
            preset.finest_place,
            str(preset.target_risk),
        ]
        for name, preset in PRESETS.items()
    }


def test_the_roles_are_all_there_is() -> None:
    assert {row[0] for row in rows_of_table("| role | means |")} == {role.value for role in Role}


def test_the_exit_codes_are_those_of_the_errors() -> None:
    said = {int(row[0]) for row in rows_of_table("| exit code |")}
    assert said == {
        0,
        CHANGES,
        BUG,
        INTERRUPTED,
        *(error.exit_code for error in PersonaTwinError.__subclasses__()),
    }


def test_every_command_is_named_and_no_other() -> None:
    table = README[README.index("| command | does |") :].split("\n\n", 1)[0]
    named = set(re.findall(r"`(?:personatwin )?([a-z]+)[ `]", table))
    assert set(COMMANDS) - named == {"run"}  # the same as build
    assert {row[0].split()[1] for row in rows_of_table("| command | does |")} <= set(COMMANDS)


def test_the_strategies_are_all_there_is() -> None:
    assert {row[0] for row in rows_of_table("| strategy | a persona has |")} == set(get_args(StrategyName))


def test_what_is_not_promised_is_what_every_report_says() -> None:
    promised_nowhere = README[README.index("## What is not promised") : README.index("## More")]
    said = re.findall(r"^- \*\*(.*?)\.\*\*", promised_nowhere, flags=re.MULTILINE)
    of_authors = {"The roles are yours", "Shares are close, not exact", "Lawfulness"}
    assert set(said) - of_authors == {title for title, _ in NOT_PROMISED}


def test_domains_and_tests_that_it_names_are_there() -> None:
    domains = README[README.index("domains are built in:") : README.index("One wide file")]
    assert set(re.findall(r"`([a-z_]+)`", domains)) == {
        file.stem for file in (library().folder / "domains").glob("*.yml")
    }
    tests = README[README.index("more that measure privacy (") :].split(")", 1)[0]
    assert set(re.findall(r"`([a-z_]+)`", tests)) <= set(KINDS)


def test_the_domain_that_it_shows_loads(tmp_path: Path) -> None:
    (tmp_path / "domains").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "domains" / "court.yml").write_text(blocks("yaml")[0], encoding="utf-8")
    (tmp_path / "data" / "occupation.csv").write_text("baker;trade\nnurse;health\n", encoding="utf-8")
    domain = read_domain("court", tmp_path).domain
    assert domain.sources["court.people"]["shoe_size"].role == Role.INSENSITIVE
    assert domain.hierarchies["age"].inner_levels == ("bands of 5", "bands of 10", "bands of 20")
