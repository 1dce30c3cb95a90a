"""Shapes of SELECT as data: the reader of the files in `cases/`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True)
class Case:
    name: str
    sql: str
    says: dict[str, str]

    def model(self, protection: str | None) -> str:
        config = (
            f"{{{{ config(protection='{self.says.get('protection', protection)}') }}}}" if protection else ""
        )
        return config + self.sql


def cases(file: str) -> list[Any]:
    """The blocks of a file: `-- ## name`, then `-- key: value` lines, then the model."""
    found = []
    for block in re.split(r"^-- ## ", (CASES / file).read_text(encoding="utf-8"), flags=re.M)[1:]:
        name, _, rest = block.partition("\n")
        says = {}
        while match := re.match(r"-- (expect|protection|columns|filters|one row)(?:: (.*))?\n", rest):
            says[match[1]] = match[2] or ""
            rest = rest[match.end() :]
        found.append(pytest.param(Case(name, rest.rstrip() + "\n", says), id=name))
    return found
