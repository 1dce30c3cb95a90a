"""What published values say in the words of the census: sexes, groups of race and origin, years of age.

Each reader takes a value as it is published and gives its flags, or None for a value that the census does not
know: that is a rare one, whatever its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np

from personatwin_sql.census.places import key_of
from personatwin_sql.census.table import GROUPS, RACES, SEXES, YEARS
from personatwin_sql.privacy.numbers import Flags

_OPEN = 1_000
"""The last year of an open end."""
_SEXES: Mapping[str, tuple[str, ...]] = {
    "male": ("male", "m", "man", "men", "males", "boy", "masculine"),
    "female": ("female", "f", "woman", "women", "females", "girl", "feminine"),
}
_RACES: Mapping[str, tuple[str, ...]] = {
    "white": ("white", "w", "caucasian", "whitealone"),
    "black": (
        "black", "b", "africanamerican", "blackorafricanamerican", "blackafricanamerican", "blackalone",
    ),
    "aian": (
        "aian", "nativeamerican", "americanindian", "americanindianoralaskanative", "amerindianeskimo",
        "americanindianalaskanative",
    ),
    "asian": ("asian", "a", "asianalone"),
    "nhpi": (
        "nhpi", "pacificislander", "nativehawaiianorpacificislander",
        "nativehawaiianorotherpacificislander", "nativehawaiianandotherpacificislander",
    ),
    "multiracial": ("multiracial", "multiple", "mixed", "twoormoreraces", "twoormore"),
}  # fmt: skip
"""What means a whole group: a part of one, such as Alaska Native, is smaller, and nobody tells how much."""
_HISPANIC = ("hispanic", "h", "latino", "latina", "latinx", "hispaniclatino", "hispanicorlatino", "latinoa")
_YES = ("yes", "y", "true", "t", "1", *_HISPANIC)
_NO = (
    "no", "n", "false", "f", "0", "nonhispanic", "nothispanic", "nothispanicorlatino",
    "nonhispanicorlatino", "nonlatino",
)  # fmt: skip
_NOT_HISPANIC = re.compile(r"^(nonhispanic|nothispanicorlatino|nothispanic)|(nonhispanic|nothispanic)$")
_YOUNGER = re.compile(r"(?:<|under|less than|younger than|below)\s*(\d+)")
_UP_TO = re.compile(r"(?:<=|≤|up to|at most)\s*(\d+)")
_OLDER = re.compile(r"(?:>|over|greater than|more than|older than|above)\s*(\d+)")
_FROM = re.compile(r"(?:>=|≥|at least)\s*(\d+)|(\d+)\s*(?:\+|and over|and older|or older|or more|plus)")
_UNDER = re.compile(r"(\d+) to under (\d+)")
_RANGE = re.compile(r"(\d+)\s*(?:-|–|—|to)\s*(\d+)")


def sexes(text: str) -> Flags | None:
    """(2,): male and female; None for all else, which the tables do not count."""
    return _among(key_of(text), _SEXES, SEXES)


def groups(text: str, *, origin_is_apart: bool) -> Flags | None:
    """(12,): groups of race and origin; of a race alone, those of it who are not Hispanic.

    `origin_is_apart`: another column says who is Hispanic, and a race means all people of it.
    """
    key = key_of(text)
    if key in _HISPANIC:
        return _of_origin("hispanic")
    race = _among(_NOT_HISPANIC.sub("", key), _RACES, RACES)
    if race is None:
        return None
    is_told_apart = _NOT_HISPANIC.sub("", key) != key
    return np.concatenate((race, race & (origin_is_apart and not is_told_apart)))  # as in ORIGINS


def origins(text: str) -> Flags | None:
    """(12,): the groups of Hispanic people, or of all others."""
    key = key_of(text)
    if key in _NO:
        return _of_origin("nonhispanic")
    return _of_origin("hispanic") if key in _YES else None


def years(text: str) -> Flags | None:
    """(101,): years of age: `34`, `20-29`, `20 to under 30`, `<18`, `Less than 25`, `90+`, `Over 45`."""
    written = " ".join(text.casefold().split())
    for pattern, span in _SPANS:
        if found := pattern.fullmatch(written):
            first, last = span(*(int(number) for number in found.groups() if number is not None))
            ages = np.arange(YEARS)
            flags = (ages >= first) & (ages <= last)
            flags[-1] = first < YEARS and last >= _OPEN  # 100 stands for 100 and over
            return flags if flags.any() else None
    return None


def _among(key: str, spellings: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> Flags | None:
    found = np.array([key in spellings[name] for name in names])
    return found if found.any() else None


def _of_origin(origin: str) -> Flags:
    return np.array([group.split("_")[0] == origin for group in GROUPS])


_SPANS: tuple[tuple[re.Pattern[str], Callable[..., tuple[int, int]]], ...] = (
    (re.compile(r"(\d{1,3})(?:\.0+)?"), lambda age: (age, age)),
    (_RANGE, lambda first, last: (first, last)),
    (_UNDER, lambda first, after: (first, after - 1)),
    (_UP_TO, lambda last: (0, last)),
    (_YOUNGER, lambda after: (0, after - 1)),
    (_FROM, lambda first: (first, _OPEN)),
    (_OLDER, lambda before: (before + 1, _OPEN)),
)
"""Ways to write an age, each with its first and last year."""
