"""Places as people write them: counties and states by name, postal abbreviation or FIPS code."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from personatwin_sql.census.table import CensusTable
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes, Flags

NATION = frozenset({"us", "usa", "unitedstates", "unitedstatesofamerica"})
_ABBREVIATIONS = (
    "al", "ak", "az", "ar", "ca", "co", "ct", "de", "dc", "fl", "ga", "hi", "id", "il", "in", "ia", "ks",
    "ky", "la", "me", "md", "ma", "mi", "mn", "ms", "mo", "mt", "ne", "nv", "nh", "nj", "nm", "ny", "nc",
    "nd", "oh", "ok", "or", "pa", "ri", "sc", "sd", "tn", "tx", "ut", "vt", "va", "wa", "wv", "wi", "wy",
)  # fmt: skip
"""In the order of the FIPS codes of the states."""
_KINDS = ("census area", "county", "parish", "borough", "municipality", "city")
_OF = re.compile(r"^(?P<kind>city and county|city|county|parish|borough) of (?P<name>.+)$")


def key_of(text: str) -> str:
    """What remains of a name whatever its case, accents, spaces and points: `St. Mary's` is `saintmarys`."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))
    words = re.sub(r"[.'’`]", "", plain.casefold())
    words = re.sub(r"\bst\b", "saint", words)
    words = re.sub(r"\bste\b", "sainte", words)
    return re.sub(r"[^a-z0-9]", "", words)


@dataclass(frozen=True)
class Places:
    """The counties of a table, found by what people call them; those outside of `scope` are not there.

    scope: (counties,), which ones the population is of.
    """

    table: CensusTable
    scope: Flags

    @classmethod
    def everywhere(cls, table: CensusTable) -> Places:
        return cls(table, np.ones(len(table.fips), dtype=bool))

    def within(self, scope: Flags) -> Places:
        return Places(self.table, self.scope & scope)

    def counties(self, text: str) -> Codes:
        """Which counties are called so: none where nobody is, several where the state has to be said."""
        written = text.strip()
        if re.fullmatch(r"\d{4,5}", written):
            return self._inside(np.flatnonzero(self.table.fips == int(written)))
        name, _, state = written.partition(",")
        there = self.mask(self.states(state)) & self.scope if state else self.scope
        for named in self._named(name):
            found = np.array(named, dtype=np.int64)
            if there[found].any():
                return found[there[found]]
        return np.empty(0, dtype=np.int64)

    def states(self, text: str) -> Codes:
        """The counties of a state; none where there is no such state."""
        written = text.strip()
        if re.fullmatch(r"\d{1,2}", written):
            number: int | None = int(written)
        else:
            number = self._state_numbers.get(key_of(written))
        return self._inside(np.flatnonzero(self.table.fips // 1000 == number))

    def place(self, text: str) -> Codes:
        """The counties of what a project names: the nation, a state, or one county with its state."""
        if key_of(text) in NATION:
            return np.flatnonzero(self.scope)
        found = self.states(text)
        return found if len(found) else self.counties(text)

    def mask(self, counties: Codes) -> Flags:
        """(counties,): these."""
        found = np.zeros(len(self.table.fips), dtype=bool)
        found[counties] = True
        return found

    def _inside(self, counties: Codes) -> Codes:
        return counties[self.scope[counties]]

    def _named(self, name: str) -> tuple[tuple[int, ...], ...]:
        """Counties of that name, with or without their kind; and after them those of another kind."""
        words = " ".join(name.casefold().split())
        if turned := _OF.match(words):
            words = f"{turned['name']} {turned['kind'].split()[-1]}"
        whole = self._by_whole_name.get(key_of(words), ())
        bare = self._by_bare_name.get(key_of(words), ())
        return tuple(sorted({*whole, *bare})), self._by_bare_name.get(key_of(_without_kind(words)), ())

    @cached_property
    def _state_numbers(self) -> Mapping[str, int]:
        numbers = [int(fips) // 1000 for fips in self.table.fips]
        named = {key_of(state): number for state, number in zip(self.table.states, numbers, strict=True)}
        short = dict(zip(_ABBREVIATIONS, STATE_CODES, strict=True))
        return {**{key: number for key, number in short.items() if number in numbers}, **named}

    @cached_property
    def _by_whole_name(self) -> Mapping[str, tuple[int, ...]]:
        return _index(self.table.names)

    @cached_property
    def _by_bare_name(self) -> Mapping[str, tuple[int, ...]]:
        return _index(tuple(_without_kind(name.casefold()) for name in self.table.names))


STATE_CODES = tuple(code for code in range(1, 57) if code not in (3, 7, 14, 43, 52))
"""FIPS left gaps for what were no states."""


def _without_kind(name: str) -> str:
    words = " ".join(name.split())
    for kind in _KINDS:
        if words.endswith(f" {kind}"):
            return words.removesuffix(f" {kind}")
    return words


def _index(names: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for number, name in enumerate(names):
        found[key_of(name)] = (*found.get(key_of(name), ()), number)
    return found
