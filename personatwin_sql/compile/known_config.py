"""`km`, `lkc` and `known_events` of persona events: what somebody may know, and how many people share it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.naming import RULES_OF_EVENTS
from personatwin_sql.spec.protection import Declared, KnownCells, KnownKind

KNOWN_KEYS: Mapping[KnownKind, tuple[str, ...]] = {
    "km": ("m", "k"),
    "lkc": ("l", "k", "c"),
    "known_events": ("p", "k"),
}
"""What each takes: how much is known, how many people share it, how sure a sensitive outcome may be."""
MOST_KNOWN = 3
"""Combinations of more cells are too many to be counted in each build."""


def read_known(parsed: ParsedModel, diagnostics: list[Diagnostic]) -> tuple[KnownCells, ...]:
    """What is asked for, in the order of the keys; what is wrong with it is added to the diagnostics.

    PT151 for a value that is none.
    """
    found = []
    for kind, keys in KNOWN_KEYS.items():
        asked: Any = parsed.config.get(kind)
        place = parsed.places.get(kind, Place(parsed.path, 1))
        if asked is None:
            continue
        problems = list(_problems(asked, keys))
        if problems:
            message = f"`{kind}` takes {' and '.join(problems)}"
            diagnostics.append(Diagnostic("PT151", message, place, fixes=(f"write {RULES_OF_EVENTS[kind]}",)))
            continue
        most, k, *sure = (asked[key] for key in keys)
        confidence = Declared(sure[0], place) if sure else None
        found.append(KnownCells(kind, most, Declared(k, place), confidence))
    return tuple(found)


def _problems(asked: Any, keys: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(asked, Mapping) or set(asked) != set(keys):
        yield f"exactly {', '.join(f'`{key}`' for key in keys)}"
        return
    for key, value in asked.items():
        if key == "c":
            is_share = isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1
            if not is_share:
                yield "`c`, a share above 0 to 1"
        elif isinstance(value, bool) or not isinstance(value, int):
            yield f"`{key}`, a whole number"
        elif key == "k" and value < 2:
            yield "`k` from 2"
        elif key != "k" and not 1 <= value <= MOST_KNOWN:
            yield f"`{key}` from 1 to {MOST_KNOWN}"
