"""What is promised of those who know something of a person, in words: the sentence, formula and source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

MOST: Final = (1, 2, 3)
"""How many cells or values may be known."""
_HOW_MANY: Final = ("", "one {}", "two {}s", "three {}s")


def _many(count: int, what: str) -> str:
    return _HOW_MANY[count].format(what)


SENTENCES: Mapping[str, str] = {
    **{
        f"km_{m}": f"Whoever knows up to {_many(m, 'event')} of a person still finds at least {{n}} people."
        for m in MOST
    },
    **{
        f"known_events_{p}": "Whoever knows all that the personas say of a person, and up to "
        f"{_many(p, 'event')}, still finds at least {{n}} people."
        for p in MOST
    },
    **{
        f"lkc_{each}": f"Whoever knows up to {_many(each, 'value')} of a person, events among them, still "
        "finds at least {n} people."
        for each in MOST
    },
    **{
        f"lkc_{each}_confidence": f"Whoever knows up to {_many(each, 'value')} of a person, events among "
        "them, is at most {n} sure of a sensitive outcome that rows of personas show."
        for each in MOST
    },
}
"""By guarantee; `{n}` is the number."""

SOURCES: Mapping[str, tuple[str, str]] = {
    **{f"km_{m}": (f"min(people of personas with ≤ {m} cells) ≥ k", "Terrovitis et al. 2008") for m in MOST},
    **{
        f"known_events_{p}": (
            f"min(people of personas alike with ≤ {p} cells) ≥ k",
            "Terrovitis et al. 2008",
        )
        for p in MOST
    },
    **{
        f"lkc_{each}": (f"min(people of personas with ≤ {each} values) ≥ K", "Mohammed et al. 2010")
        for each in MOST
    },
    **{
        f"lkc_{each}_confidence": ("max(people with the outcome ÷ people) ≤ C", "Mohammed et al. 2010")
        for each in MOST
    },
}
"""By guarantee: its formula, and where it is from."""

SHARED: Final = frozenset(name for name in SENTENCES if not name.endswith("_confidence"))
"""The guarantees of how many people share what is known."""
SURE: Final = frozenset(SENTENCES) - SHARED
"""The guarantees of how sure a sensitive outcome may be."""
