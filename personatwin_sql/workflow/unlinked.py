"""Public digests that differ with each build: that the data are what they were would be a fact about them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from personatwin_sql.release.result import Release

NOT_TOLD = "not told"
"""In place of the day of a source's last change, from which a release that stands as it was drawn would show
that its data did not."""


def unlinked(release: Release, secret: bytes) -> Release:
    """A release with noise, whose digests of sources the owner alone can find again, by its time."""
    return replace(
        release,
        sources=tuple(
            replace(source, digest=_of_build(source.digest, release.built_at, secret), date=NOT_TOLD)
            for source in release.sources
        ),
        fingerprint=_of_build(release.fingerprint, release.built_at, secret),
    )


def unlinked_fingerprints(
    fingerprints: Mapping[str, str], built_at: datetime, secret: bytes
) -> dict[str, str]:
    """Likewise of nodes, which change with the sources below them."""
    return {name: _of_build(digest, built_at, secret) for name, digest in fingerprints.items()}


def _of_build(digest: str, built_at: datetime, secret: bytes) -> str:
    text = f"personatwin build\n{built_at.isoformat()}\n{digest}"
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
