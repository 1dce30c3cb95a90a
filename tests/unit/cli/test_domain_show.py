"""`domain show` prints all that a domain says, for every domain there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from personatwin_sql.spec.hierarchy import Taxonomy
from personatwin_sql.spec.loader import domain_names, load_domain

Call = Callable[..., Result]


@pytest.mark.parametrize("name", domain_names())
def test_everything_that_a_domain_says_is_shown(
    name: str, call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    domain = load_domain(name)
    lines = call("domain", "show", name, "-v").stdout.splitlines()
    words = {word.strip(",:") for line in lines for word in line.split()}
    said = {*domain.event_types, *domain.outcomes, *domain.sensitive_outcomes, *domain.hierarchies}
    said |= {*domain.personas.block, *domain.personas.within_block, *domain.kept_for_analysis}
    for entity in domain.entities.values():
        said |= {alias for column in entity.columns.values() for alias in column.aliases}
        said |= set(entity.columns)
    assert said <= words
    text = " ".join(word for line in lines for word in line.split())
    for hierarchy in domain.hierarchies.values():
        if isinstance(hierarchy, Taxonomy):
            assert all(group in text for row in hierarchy.rows for group in row[1:])


def test_the_key_comes_first_and_what_stays_inside_last(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = call("domain", "show", "healthcare").stdout.splitlines()
    people = lines[lines.index("people") + 3 : lines.index("events") - 1]
    roles = [line.split()[1] for line in people]
    assert roles == sorted(
        roles, key=["privacy_unit", "quasi_identifier", "sensitive", "direct_identifier"].index
    )
    assert any(line.split() == ["city", "quasi_identifier", "text", "flat", "city"] for line in people)
