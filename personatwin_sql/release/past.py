"""What a project remembers of all its releases: which they were, and whom they told apart, sealed.

`.personatwin/past/log.json` has an entry for each release, oldest first; the one partition of people that all
of them make together lies beside it, its units keyed. Both are on disk before a release is put in place, so a
crash in between counts a release that nobody got, and never forgets one.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Any

from personatwin_sql.errors import Diagnostic, Place, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.codec import decoded, encoded
from personatwin_sql.release.durable_file import (
    PRIVATE,
    private_folder,
    unreadable,
    write_durably,
    written_privately,
)

FORMAT = 1
_LOG = "log.json"
_CHUNK = 1 << 20
FORGET = (
    "or, if nobody else has any release of this project: remove the folders {private} and release; what "
    "was handed out is then guarded against no more"
)


@dataclass(frozen=True)
class PastRelease:
    """One release: when it was built, and the digest of each table of people in it."""

    built_at: str
    digests: tuple[tuple[str, str], ...]
    """Model, and the SHA-256 of its published content."""


@dataclass(frozen=True)
class Past:
    """All releases of a project so far, and where the partition of people lies that they make together."""

    releases: tuple[PastRelease, ...] = ()
    people: str = ""
    """Name of the file."""
    digest: str = ""
    """Of the file, keyed with the secret of the project."""

    def knows(self, digest: str) -> bool:
        return any(digest == known for release in self.releases for _, known in release.digests)


def past_folder(private: Path) -> Path:
    return private / "past"


def read_past(folder: Path, secret: bytes) -> Past:
    """The releases that are remembered; an empty past where there is none.

    Unavailable PT266 where it was edited, belongs to another secret, or its partition is not there as it was
    written: nobody could tell then who stays together beside an earlier release.
    """
    try:
        content = json.loads((folder / _LOG).read_bytes())
        seal, value = str(content["seal"]), content["past"]
        if content["version"] != FORMAT or not hmac.compare_digest(seal, _seal(value, secret)):
            raise _unknown(
                folder, "what is remembered of earlier releases was edited, or is of another secret"
            )
        past = decoded(Past, value)
    except FileNotFoundError:
        return Past()
    except OSError as error:
        raise unreadable(folder / _LOG, error) from None
    except (KeyError, TypeError, ValueError):
        raise _unknown(folder, "what is remembered of earlier releases is damaged") from None
    if _digest(folder / past.people, secret) != past.digest:
        raise _unknown(folder, "who was in which class of earlier releases is no longer as it was written")
    return past


def refuse_unknown(past: Past, published: Iterable[str], folder: Path) -> None:
    """Refuse where the release that lies there is none of those remembered: the past was lost or put back."""
    if not all(past.knows(digest) for digest in published):
        raise _unknown(folder, "the release that lies there is not among those remembered")


def add_release(
    past: Past, release: PastRelease, folder: Path, secret: bytes, write: Callable[[Path], object]
) -> Past:
    """The past with one release more, on disk; `write` writes the partition of people to a path.

    The partition before stays until `forget_others`: whatever stops this, one of both is whole.
    """
    name = f"people-{_name(past, release, secret)}.parquet"
    path = private_folder(private_folder(folder.parent) / folder.name) / name
    with written_privately(path) as temporary:
        write(temporary)
    releases = (*(old for old in past.releases if old.digests != release.digests), release)
    after = Past(releases, name, _digest(path, secret))
    value = encoded(after)
    content = json.dumps({"version": FORMAT, "past": value, "seal": _seal(value, secret)}, indent=1)
    write_durably(folder / _LOG, content.encode(), PRIVATE)
    _remove_others(folder, name)
    return after


def _remove_others(folder: Path, kept: str) -> None:
    for path in folder.glob("*people-*"):
        if path.name != kept:
            path.unlink(missing_ok=True)


def _name(past: Past, release: PastRelease, secret: bytes) -> str:
    """Another name for each release, so that the partition before is whole until the log names this one."""
    digest = blake2b(key=secret, digest_size=8)
    digest.update(json.dumps([past.digest, encoded(release)]).encode())
    return digest.hexdigest()


def _seal(value: Any, secret: bytes) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return blake2b(text.encode(), key=secret, digest_size=32).hexdigest()


def _digest(path: Path, secret: bytes) -> str:
    digest = blake2b(key=secret, digest_size=32)
    try:
        with path.open("rb") as file:
            while block := file.read(_CHUNK):
                digest.update(block)
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise unreadable(path, error) from None
    return digest.hexdigest()


def _unknown(folder: Path, message: str) -> Unavailable:
    return Unavailable(
        Diagnostic(
            "PT266",
            message,
            Place(f"{folder.parent.name}/{folder.name}"),
            fixes=(
                f"put {folder.parent.name} back from the backup that belongs to the last release",
                FORGET.format(private=folder.parent.name),
            ),
            notes=("a new release is checked against all earlier ones of the same people",),
        )
    )
