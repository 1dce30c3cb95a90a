"""A small town that is released again and again, and its people as they change."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from personatwin_sql.workflow import Options, build
from personatwin_sql.workflow.options import BuildResult

DOMAIN = """
entities:
  people:
    columns:
      person_id: {role: privacy_unit}
      age: {role: quasi_identifier, hierarchy: age, type: integer}
      color: {role: quasi_identifier}
      mark: {role: insensitive}
hierarchies:
  age: {widths: [5, 10, 20], bottom: 0, top: 90}
sources:
  main.people: {entity: people}
"""
TABLE = (
    "{{{{ config(protection='k_anonymity', k={k}) }}}}\n"
    "SELECT person_id, age, color, mark FROM {{{{ source('main', 'people') }}}}\n"
)
PERSONAS = (
    "{{{{ config(protection='personas', k={k}, within=ref('people_public'), block=['color']) }}}}\n"
    "SELECT person_id, age, color FROM {{{{ source('main', 'people') }}}}\n"
)
Person = tuple[int, int, str]
"""Id, age, color."""


class Town:
    """A project of one table of people, and of personas inside its classes if they are wanted."""

    def __init__(self, root: Path, *, k: int = 5, personas: bool = False) -> None:
        self.root, self.kept = root, root.with_name(f"{root.name} kept")
        self.kept.mkdir(parents=True)
        self.write(
            "project.yml",
            "name: town\ndomain: town\nprivacy: {level: low}\n"
            "sources:\n  main:\n    people: {path: people.csv}\n",
        )
        self.write("domains/town.yml", DOMAIN)
        self.write("models/people_public.sql", TABLE.format(k=k))
        if personas:
            self.write("models/personas.sql", PERSONAS.format(k=k))
        self.releases: list[Path] = []

    def copied(self, root: Path) -> Town:
        """The town with all that it has released, in another folder."""
        town = Town.__new__(Town)
        town.root, town.kept = root, root.with_name(f"{root.name} kept")
        shutil.copytree(self.root, town.root)
        shutil.copytree(self.kept, town.kept)
        town.releases = [town.kept / path.name for path in self.releases]
        return town

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def people(self, people: Iterable[Person]) -> None:
        rows = (f"{person},{age},{color},m{person}" for person, age, color in people)
        self.write("people.csv", "\n".join(("person_id,age,color,mark", *rows, "")))

    def build(self, *, full_refresh: bool = False) -> BuildResult:
        """Build, and keep the released file as an adversary would."""
        result = build(Options(project_dir=self.root, full_refresh=full_refresh), lambda event: None)
        kept = self.kept / f"{len(self.releases)}.duckdb"
        shutil.copyfile(self.root / "release" / "town.duckdb", kept)
        self.releases.append(kept)
        return result

    @property
    def past(self) -> Path:
        return self.root / ".personatwin" / "past"


def colors(**people: int) -> list[Person]:
    """So many people of each color, all of one age, with ids in order."""
    every = [color for color, number in people.items() for _ in range(number)]
    return [(number, 30, color) for number, color in enumerate(every)]
