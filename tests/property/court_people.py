"""People of a small court, and what levels of generalization make of them, said again in Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st

from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.spec.hierarchy import Flat, Hierarchy, Intervals, Taxonomy, Widths
from tests.codes_of_texts import coded, star_codes

GROUPS = {"Ash": "Tree", "Oak": "Tree", "Rose": "Flower"}
"""The taxonomy of ethnicities; `Fern` has no place in it and is published as `*`."""
HIERARCHIES: Mapping[str, Hierarchy] = {
    "age": Widths(widths=(10, 20), bottom=0, top=80, measures="age"),
    "gender": Flat(),
    "ethnicity": Taxonomy(
        rows=tuple((value, group) for value, group in GROUPS.items()), levels=("group",), unmapped="top"
    ),
    "prior_offenses": Intervals(intervals=((1, 5),), bottom=0, top=20),
}
NAMES = tuple(HIERARCHIES)
HEIGHTS = tuple(hierarchy.height for hierarchy in HIERARCHIES.values())
TYPES = {"age": "integer", "prior_offenses": "integer"}
SENSITIVE_OUTCOME = "guilty"


class Person(NamedTuple):
    person_id: int
    age: int | None
    gender: str | None
    ethnicity: str | None
    prior_offenses: int | None


class Event(NamedTuple):
    person_id: int | None
    date: str | None
    event_type: str | None
    outcome: str | None


def people_tables(least: int = 0, most: int = 40) -> st.SearchStrategy[list[Person]]:
    """Few values, so that groups of k and of k - 1 come up; NULL in every column."""
    row = st.tuples(
        st.sampled_from([None, 5, 24, 25, 31, 85]),
        st.sampled_from([None, "F", "M", "M"]),
        st.sampled_from([None, "Ash", "Oak", "Rose", "Fern", "Ash"]),
        st.sampled_from([None, 0, 0, 2, 30]),
    )
    return st.lists(row, min_size=least, max_size=most).map(
        lambda rows: [Person(number, *values) for number, values in enumerate(rows)]
    )


def levels() -> st.SearchStrategy[tuple[int, ...]]:
    """A node of the lattice of the four columns."""
    return st.tuples(*(st.integers(0, height) for height in HEIGHTS))


def published(name: str, value: object, level: int) -> str | None:
    """What a value is published as: the hierarchies of this file, read by hand."""
    if level == HIERARCHIES[name].height:
        return "*"
    if name == "ethnicity" and value is not None and str(value) not in GROUPS:
        return "*"
    if value is None or level == 0:
        return None if value is None else str(value)
    if name == "ethnicity":
        return GROUPS[str(value)]
    number = int(str(value))
    if name == "age":
        width = (10, 20)[level - 1]
        low = number // width * width
        return "80+" if number >= 80 else f"{low}-{low + width - 1}"
    return "20+" if number >= 20 else "5-19" if number >= 5 else "1-4" if number >= 1 else "0"


def generalized(person: Person, at: Sequence[int]) -> tuple[str | None, ...]:
    """All quasi-identifiers of a person at these levels."""
    return tuple(published(name, getattr(person, name), level) for name, level in zip(NAMES, at, strict=True))


def frequency_of(people: Sequence[Person]) -> FrequencySet:
    """The frequency set of a table, levels and all. Values that are published alike at level 0 are one."""
    lowest = [0] * len(NAMES)
    counts = Counter(generalized(person, lowest) for person in people)
    maps, stars, places = [], [], []
    for number, name in enumerate(NAMES):
        raw = {published(name, getattr(person, name), 0): getattr(person, name) for person in people}
        base = sorted(raw, key=lambda text: (text is None, text or ""))
        texts = [[published(name, raw[text], level) for text in base] for level in range(HEIGHTS[number] + 1)]
        maps.append(coded(texts))
        stars.append(star_codes(texts, "*"))
        places.append({text: code for code, text in enumerate(base)})
    tuples = sorted(counts, key=lambda key: tuple((text is None, text or "") for text in key))
    codes = [[place[text] for place, text in zip(places, key, strict=True)] for key in tuples]
    table = np.array(codes, dtype=np.int64).reshape(len(tuples), len(NAMES))
    return FrequencySet.of(NAMES, table, [counts[key] for key in tuples], maps, stars=stars)
