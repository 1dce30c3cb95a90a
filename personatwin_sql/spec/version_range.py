"""Which versions of the tool a project asks for: `>=0.1,<0.3`."""

from __future__ import annotations

import operator
import re

_CLAUSE = re.compile(r"(>=|==|<)\s*(\d+(?:\.\d+)*)")
_OPERATORS = {">=": operator.ge, "==": operator.eq, "<": operator.lt}


def is_range(text: str) -> bool:
    """Whether the text is a list of `>=`, `<` or `==` and a version, with commas between."""
    return all(_CLAUSE.fullmatch(clause.strip()) for clause in text.split(","))


def is_within(version: str, text: str) -> bool:
    """Whether a version satisfies every clause of a range; 0.1 and 0.1.0 are the same."""
    clauses = (_CLAUSE.fullmatch(clause.strip()) for clause in text.split(","))
    return all(clause and _OPERATORS[clause[1]](_release(version), _release(clause[2])) for clause in clauses)


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a release without trailing zeros: 0.1.0 → (0, 1)."""
    numbers = re.match(r"\d+(?:\.\d+)*", version)
    parts = [int(part) for part in (numbers[0] if numbers else "0").split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
