"""Which release is the same again: decided by what was asked, never by what the data now are."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping

from personatwin_sql.release.ledger.entry import Charge, Release
from personatwin_sql.release.ledger.ledger import Ledger

PRIVACY_VERSION = 1
"""Of what a query and its rules mean. It changes with their meaning only, for then all is drawn anew."""


def replay_key(key: bytes, model: str, query: str, rules: Mapping[str, str], epoch: str) -> str:
    """HMAC of a model's name, its normalised query, its resolved rules and the declared epoch.

    Keyed, so that nobody can test a guess of a private query. Versions of tool, macros and data are no part.
    """
    asked = {
        "model": model,
        "query": query,
        "rules": dict(rules),
        "epoch": epoch,
        "privacy version": PRIVACY_VERSION,
    }
    text = json.dumps(asked, sort_keys=True, ensure_ascii=True)
    return hmac.new(key, b"personatwin replay\n" + text.encode(), hashlib.sha256).hexdigest()


def replayed(ledger: Ledger, replay: str) -> tuple[str, Release] | None:
    """The latest frozen release of a replay key, with its entry's digest; None where none was finished."""
    found = None
    for digest, release in ledger.releases():
        if release.replay == replay:
            found = digest, release
    return found


def unfinished(ledger: Ledger, replay: str) -> tuple[str, ...]:
    """Digests of charges of a replay key whose release was never finished: they stay spent."""
    finished = {release.charge for _, release in ledger.releases()}
    return tuple(
        digest for digest, charge in ledger.charges() if charge.replay == replay and digest not in finished
    )


def new_salt() -> str:
    """Of one charge."""
    return os.urandom(16).hex()


def salted(key: bytes, salt: str, sources: Mapping[str, str]) -> dict[str, str]:
    """Digests of sources as a charge records them: equal ones look different in each charge."""
    return {name: _salted(key, salt, name, digest) for name, digest in sorted(sources.items())}


def changed_sources(key: bytes, charge: Charge, now: Mapping[str, str]) -> tuple[str, ...]:
    """Sources of a release whose digest is no longer the one it was drawn from: the release is stale.

    A fact about the data, for the owner alone. A source that is not in `now` counts as changed.
    """
    return tuple(
        name
        for name, known in charge.sources.items()
        if name not in now or not hmac.compare_digest(_salted(key, charge.salt, name, now[name]), known)
    )


def _salted(key: bytes, salt: str, name: str, digest: str) -> str:
    text = json.dumps([salt, name, digest])
    return hmac.new(key, b"personatwin source\n" + text.encode(), hashlib.sha256).hexdigest()
