"""`init` proposes a table with noise where events have dates and people a county, and says what it spends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from personatwin_sql.scaffold.new_project import Wish, new_project

MODEL = "models/release/events_by_year.sql"
PEOPLE = "person_id,age,gender,county\n1,30,Male,Alder\n"
EVENTS = "person_id,date,event_type\n1,2020-01-01,arrest\n"


@pytest.fixture
def wish(tmp_path: Path) -> Wish:
    (tmp_path / "people.csv").write_text(PEOPLE)
    (tmp_path / "events.csv").write_text(EVENTS)
    people, events = str(tmp_path / "people.csv"), str(tmp_path / "events.csv")
    return Wish("court", tmp_path / "court", "criminal_justice", "low", people, events, has_budget=True)


def test_a_budget_comes_with_the_table_and_its_ledger_is_kept_in_git(wish: Wish) -> None:
    new_project(wish)
    assert "keys='private'" in (wish.folder / MODEL).read_text()
    assert "epsilon: 3" in (wish.folder / "project.yml").read_text()
    ignored = (wish.folder / ".gitignore").read_text().splitlines()
    assert not any(line.startswith("/ledger") or line.startswith("ledger") for line in ignored)
    assert "commit it with every build" in " ".join((wish.folder / "README.md").read_text().split())


@pytest.mark.parametrize(
    ("people", "events"),
    [(PEOPLE.replace("county", "shoe_size"), EVENTS), (PEOPLE, EVENTS.replace("date", "room"))],
)
def test_without_a_county_or_dates_nothing_with_noise_is_proposed(
    wish: Wish, people: str, events: str
) -> None:
    Path(str(wish.people)).write_text(people)
    Path(str(wish.events)).write_text(events)
    new_project(wish)
    assert not (wish.folder / MODEL).exists()
    assert "budgets" not in (wish.folder / "project.yml").read_text()


def test_who_asks_for_no_budget_gets_none(wish: Wish) -> None:
    new_project(replace(wish, has_budget=False))
    assert not (wish.folder / MODEL).exists()
