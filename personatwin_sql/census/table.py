"""The county tables: people by sex and age, and by sex, race and Hispanic origin, with where they are from.

The file is one `.npz` of whole numbers and texts; nothing in it is executed, and its digest is checked.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import numpy as np

from personatwin_sql.errors import Diagnostic, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.numbers import Codes
from personatwin_sql.spec.library import library

BUNDLED = 2018
"""The vintage that travels with the tool."""
SEXES = ("male", "female")
BRACKETS = ((0, 17), (18, 64), (65, 84), (85, 100))
"""Years of age; 100 stands for 100 and over."""
RACES = ("white", "black", "aian", "asian", "nhpi", "multiracial")
"""AIAN: American Indian and Alaska Native. NHPI: Native Hawaiian and other Pacific Islander."""
ORIGINS = ("nonhispanic", "hispanic")
GROUPS = tuple(f"{origin}_{race}" for origin in ORIGINS for race in RACES)
"""The twelve groups of race and Hispanic origin that the tables tell apart."""
YEARS = 101
UNTOLD = -1
"""Stands in each group of a county whose people the tables do not tell apart by race."""
_FORMAT = 1


@dataclass(frozen=True)
class CensusTable:
    """Counties of one vintage.

    fips: (counties,), ascending. names, states: (counties,), as the bureau writes them.
    by_age: (counties, 2 sexes, 4 brackets) people. by_race: (counties, 2, 12 groups), all `UNTOLD` where they
    are not told. profile: (2, 101) people by single year in the nation: only its shape is used.
    """

    vintage: int
    source: str
    fips: Codes
    names: tuple[str, ...]
    states: tuple[str, ...]
    by_age: Codes
    by_race: Codes
    profile: Codes

    @property
    def population(self) -> Codes:
        """(counties,): as published."""
        return np.asarray(self.by_age.sum(axis=(1, 2)), dtype=np.int64)

    @property
    def tells_race(self) -> np.ndarray:
        """(counties,): whether people are told apart by race."""
        return np.asarray((self.by_race != UNTOLD).all(axis=(1, 2)))

    @property
    def digest(self) -> str:
        """Of all that it says, however it is packed."""
        found = hashlib.sha256()
        for name, content in sorted(_packed(self).items()):
            found.update(f"{name} {content.dtype.str} {content.shape} ".encode())
            found.update(content.tobytes())
        return found.hexdigest()


class Unfit(ValueError):
    """Tables that do not add up, or are of another form; its words hold no row."""


def checked(table: CensusTable) -> CensusTable:
    """The table, if its margins agree: each sex of a county counts the same people by age and by race.

    Raises Unfit.
    """
    counties = len(table.fips)
    shapes = (table.by_age.shape, table.by_race.shape, table.profile.shape)
    if shapes != ((counties, 2, 4), (counties, 2, 12), (2, YEARS)):
        raise Unfit("a table has another form")
    if not counties or len(table.names) != counties or len(table.states) != counties:
        raise Unfit("counties are missing")
    if (np.diff(table.fips) <= 0).any() or table.fips[0] < 1_000 or table.fips[-1] > 99_999:
        raise Unfit("counties have codes that are not those of FIPS, or one twice")
    told = table.by_race[table.tells_race]
    if (table.by_age < 0).any() or (told < 0).any() or (table.profile <= 0).any():
        raise Unfit("a number of people is below 0")
    if (told.sum(axis=2) != table.by_age[table.tells_race].sum(axis=2)).any():
        raise Unfit("people by age and by race do not add up to the same")
    return table


def to_bytes(table: CensusTable) -> bytes:
    """The table as a file."""
    packed = {**_packed(table), "digest": _text(table.digest)}
    written = io.BytesIO()
    np.savez_compressed(written, allow_pickle=False, **packed)
    return written.getvalue()


def from_bytes(content: bytes) -> CensusTable:
    """The table of a file. Raises Unfit for anything that `to_bytes` did not write, or that was changed."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            found = {name: file[name] for name in file.files}
        about = json.loads(_words(found["about"]))
        if about["format"] != _FORMAT:
            raise Unfit("it is of another version of the tool")
        table = CensusTable(
            vintage=int(about["vintage"]),
            source=str(about["source"]),
            fips=found["fips"].astype(np.int64),
            names=tuple(_words(found["names"]).split("\n")),
            states=tuple(_words(found["states"]).split("\n")),
            by_age=found["by_age"].astype(np.int64),
            by_race=found["by_race"].astype(np.int64),
            profile=found["profile"].astype(np.int64),
        )
        is_same = table.digest == _words(found["digest"])
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise error if isinstance(error, Unfit) else Unfit("it is no table of this tool") from None
    if not is_same:
        raise Unfit("it is not as it was written")
    return checked(table)


def bundled_file() -> Path:
    return library().folder / "census" / f"counties_{BUNDLED}.npz"


def read_table(path: Path) -> CensusTable:
    """The table in a file. Raises Unavailable PT422 when it is damaged or cannot be read."""
    try:
        return from_bytes(path.read_bytes())
    except (OSError, Unfit) as error:
        why = f"{error}" if isinstance(error, Unfit) else "it cannot be read"
        fixes = ("fetch it again: personatwin census refresh --year YEAR", "or install the tool anew")
        message = f"the census table `{path.name}` is damaged: {why}"
        raise Unavailable(Diagnostic("PT422", message, fixes=fixes)) from None


def _packed(table: CensusTable) -> dict[str, np.ndarray]:
    about = {"format": _FORMAT, "vintage": table.vintage, "source": table.source}
    return {
        "about": _text(json.dumps(about, sort_keys=True)),
        "fips": table.fips.astype("<i4"),
        "names": _text("\n".join(table.names)),
        "states": _text("\n".join(table.states)),
        "by_age": table.by_age.astype("<i4"),
        "by_race": table.by_race.astype("<i4"),
        "profile": table.profile.astype("<i4"),
    }


def _text(words: str) -> np.ndarray:
    return np.frombuffer(words.encode(), dtype=np.uint8)


def _words(content: np.ndarray) -> str:
    return content.tobytes().decode()
