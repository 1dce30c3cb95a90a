"""One entry of the ledger: a frozen value, the bytes that say it, and the digest that names them."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal

from personatwin_sql.frozen import dataclass
from personatwin_sql.release.codec import decoded, encoded
from personatwin_sql.spec.budget import Accountant

FORMAT = 1
"""Of entries; older ones stay readable for ever."""
NAME = re.compile(r"([0-9]{6})-([0-9a-f]{16})\.json")
"""An entry's file: its place in the chain, and the beginning of its digest."""
Kind = Literal["genesis", "charge", "release", "epoch", "beside", "randomised"]
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Genesis:
    """The first entry of a ledger. Two branches that each began one are united by a merge."""


@dataclass(frozen=True)
class Epoch:
    """A person declared another state of the data. The budget goes on: its people may be the same."""

    budget: str
    epoch: str
    before: str
    """The epoch that it follows."""


@dataclass(frozen=True)
class Terms:
    """A budget as it was declared when something was charged to it."""

    name: str
    epsilon: Fraction
    delta: Fraction
    accountant: Accountant
    for_selection: Fraction
    """The part of δ that `zcdp` sets aside for chosen keys."""
    per_analyst: Fraction | None = None
    per_department: Fraction | None = None


@dataclass(frozen=True)
class Use:
    """One use of a mechanism, as `uses.py` spells it."""

    mechanism: str
    column: str
    """The measure that it makes noisy; empty for the choice of keys."""
    numbers: Mapping[str, str]
    """Scale or variance, and the sensitivities: exact text."""


@dataclass(frozen=True)
class Charge:
    """What a release may cost: on disk before its noise is drawn, and due whether or not it is."""

    model: str
    budget: Terms
    epoch: str
    analyst: str
    """Empty where the model names none."""
    department: str
    epsilon: Fraction
    """Proven of the whole release, with `delta`; what `basic` adds up."""
    delta: Fraction
    uses: tuple[Use, ...]
    """What ρ and the δ of chosen keys are computed from."""
    bounds: Mapping[str, str]
    """What one person contributes at most, as declared: `max_groups`, `max_rows_per_group`, `amount`."""
    replay: str
    """The replay key of the release."""
    salt: str
    """Of `sources`, so that nobody sees in two entries whether the data changed in between."""
    sources: Mapping[str, str]
    """Source → its keyed digest, keyed again with the salt."""


@dataclass(frozen=True)
class Release:
    """The table that was drawn for a charge, and lies frozen."""

    model: str
    charge: str
    """Digest of the entry that paid for it."""
    replay: str
    file: str
    """In `ledger/frozen/`."""
    digest: str
    """SHA-256 of that file."""


@dataclass(frozen=True)
class Beside:
    """Tables of the same people were released that are not differentially private: no budget counts them."""

    models: Mapping[str, str]
    """Release model → its protection; those that no earlier entry names."""


@dataclass(frozen=True)
class Randomised:
    """Outcomes are told by randomised response, each drawn once for ever: no budget counts it, for it covers
    outcomes alone, and ε is that of one of them."""

    model: str
    label: str
    """What the draws hang on beside the event: where it is the same, so is each draw."""
    columns: tuple[str, ...]
    """The columns that the outcomes stand in, sorted: as sources name them, and as their tables do."""
    changed: Fraction
    """How often an outcome is told as another."""
    outcomes: tuple[str, ...]
    use: Use


Content = Genesis | Epoch | Charge | Release | Beside | Randomised
KINDS: Mapping[Kind, type[Content]] = {
    "genesis": Genesis,
    "charge": Charge,
    "release": Release,
    "epoch": Epoch,
    "beside": Beside,
    "randomised": Randomised,
}


@dataclass(frozen=True)
class Entry:
    """One entry, and which came before it."""

    number: int
    """One more than the highest number among its parents: order, whatever clocks said."""
    parents: tuple[str, ...]
    """Digests of the entries that nobody had followed yet, sorted; none for a genesis."""
    at: str
    """When it was written by the clock of that machine; nothing depends on it."""
    key: str
    """Check value of the project's key."""
    content: Content
    seal: str = ""
    """Of all the rest, keyed: an entry with another text and its right digest is still found out."""

    @property
    def kind(self) -> Kind:
        return next(kind for kind, content in KINDS.items() if isinstance(self.content, content))


class UnknownVersion(Exception):
    """An entry of a newer format than this tool knows; `args[0]` is its version."""


def sealed(entry: Entry, key: bytes) -> Entry:
    """The entry with its seal."""
    return Entry(entry.number, entry.parents, entry.at, entry.key, entry.content, seal_of(entry, key))


def seal_of(entry: Entry, key: bytes) -> str:
    """HMAC-SHA256 of everything in an entry but its seal."""
    plain = {name: value for name, value in _plain(entry).items() if name != "seal"}
    return hmac.new(key, b"personatwin ledger entry\n" + _text(plain), hashlib.sha256).hexdigest()


def key_check(key: bytes) -> str:
    """By which a key is known again, and which says nothing of it."""
    return hmac.new(key, b"personatwin ledger key", hashlib.sha256).hexdigest()[:32]


def entry_bytes(entry: Entry) -> bytes:
    """The one file that says an entry: JSON with sorted keys, numbers as exact text."""
    return _text(_plain(entry))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def file_name(number: int, digest: str) -> str:
    return f"{number:06d}-{digest[:16]}.json"


def read_entry(content: bytes) -> Entry:
    """The entry that a file says; ValueError unless the file is to the byte what would be written for it.

    UnknownVersion for an entry of a newer tool.
    """
    try:
        value = json.loads(content)
        version = value["version"]
        if type(version) is not int or version > FORMAT:
            raise UnknownVersion(version)
        entry = _entry(value)
        if entry_bytes(entry) != content:
            raise ValueError("not written as an entry is")
    except (AttributeError, KeyError, TypeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError("not an entry") from error
    return entry


def _entry(value: Mapping[str, Any]) -> Entry:
    parents = tuple(value["parents"])
    if not all(_DIGEST.fullmatch(parent) for parent in parents) or list(parents) != sorted(set(parents)):
        raise ValueError("parents are no digests")
    kind: Kind = value["kind"]
    content: Content = decoded(KINDS[kind], value["content"])
    if bool(parents) == isinstance(content, Genesis) or type(value["number"]) is not int:
        raise ValueError("only a genesis has no parents")
    return Entry(value["number"], parents, value["at"], value["key"], content, value["seal"])


def _plain(entry: Entry) -> dict[str, Any]:
    content = encoded(entry.content)
    _refuse_floats(content)
    return {
        "version": FORMAT,
        "kind": entry.kind,
        "number": entry.number,
        "parents": list(entry.parents),
        "at": entry.at,
        "key": entry.key,
        "content": content,
        "seal": entry.seal,
    }


def _refuse_floats(value: Any) -> None:
    """A float has several spellings, and none is exact."""
    if isinstance(value, float):
        raise ValueError("a float in an entry")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_floats(part)


def _text(value: Any) -> bytes:
    return (json.dumps(value, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()
