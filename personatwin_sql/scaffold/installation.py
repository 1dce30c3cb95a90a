"""Whether what is installed is what the tool was made for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, requires, version

from personatwin_sql.scaffold.check import Check

_PACKAGE = "personatwin-sql"
_LEAST_PYTHON = (3, 11)


def installation() -> Iterator[Check]:
    """Python, and each package that the tool needs, with the range that it was made for."""
    found = ".".join(map(str, sys.version_info[:3]))
    yield Check("python", sys.version_info >= _LEAST_PYTHON, found, "install Python 3.11 or later")
    try:
        needed = [line for line in requires(_PACKAGE) or () if "extra ==" not in line]
    except PackageNotFoundError:
        yield Check("packages", None, "not installed as a package, so the needed versions are unknown")
        return
    for line in needed:
        name, wanted = _split(line)
        fix = f'pip install "{name}{wanted}"'
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Check(name, False, f"missing, {wanted} is needed", fix)
            continue
        ok = all(_is_within(found, bound) for bound in wanted.split(","))
        yield Check(name, ok, f"{found} ({wanted})", fix)


def _split(requirement: str) -> tuple[str, str]:
    cut = next((place for place, letter in enumerate(requirement) if letter in "<>=!~ "), len(requirement))
    return requirement[:cut], requirement[cut:].strip()


def _is_within(found: str, bound: str) -> bool:
    comparisons: Mapping[str, Callable[[tuple[int, ...], tuple[int, ...]], bool]] = {
        ">=": lambda a, b: a >= b,
        "<": lambda a, b: a < b,
    }
    sign = ">=" if bound.startswith(">=") else "<"
    return comparisons[sign](_numbers(found), _numbers(bound.removeprefix(sign)))


def _numbers(text: str) -> tuple[int, ...]:
    parts = []
    for part in text.split("."):
        digits = "".join(letter for letter in part if letter.isdecimal())
        parts.append(int(digits or 0))
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)
