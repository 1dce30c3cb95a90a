"""What the SQL proves: a value and the clause that it was read from, or why nothing can be proven."""

from __future__ import annotations

from typing import TypeVar

from personatwin_sql.frozen import dataclass

_Found = TypeVar("_Found")


@dataclass(frozen=True)
class Proof:
    """A guarantee read back out of the SQL that will run."""

    value: float | None
    """What holds whatever the data are; None when nothing could be proven."""
    reading: str
    """`HAVING count(DISTINCT person_id) >= 11`, or the reason why nothing could be proven."""


class NotProvableError(Exception):
    """The SQL holds something that the proof does not understand, or lacks what it needs."""


class OutOfOrderError(NotProvableError):
    """The SQL reads a table before it makes it."""


def refuted(error: NotProvableError) -> Proof:
    """No value, and the reason."""
    return Proof(None, str(error))


def need(claim: object, reason: str) -> None:
    """Goes on when the claim holds; otherwise nothing is proven, for this reason."""
    if not claim:
        raise NotProvableError(reason)


def given(found: _Found | None, reason: str) -> _Found:
    """What was found; where nothing was, nothing is proven, for this reason."""
    if found is None:
        raise NotProvableError(reason)
    return found


def of_kind(part: object, kind: type[_Found], reason: str) -> _Found:
    """The part, where it is of this kind; otherwise nothing is proven, for this reason."""
    if not isinstance(part, kind):
        raise NotProvableError(reason)
    return part
