"""When noise is drawn, and that it is another one each time."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from personatwin_sql.errors import Withheld
from personatwin_sql.workflow import private_statistics
from tests.integration.private_visits import VISITS, built, project, rows, spent


def test_nothing_is_drawn_before_its_charge_is_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, seen = project(tmp_path), list[Fraction]()
    drawn = private_statistics.drawn

    def watched(*arguments: object) -> object:
        seen.append(spent(root))
        return drawn(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(private_statistics, "drawn", watched)
    built(root)
    assert seen == [1]


def test_the_same_question_of_the_same_data_gets_another_noise_elsewhere(tmp_path: Path) -> None:
    """Noise that could be found again, from a seed or a hash of the question, is none."""
    here, there = project(tmp_path / "here"), project(tmp_path / "there")
    (there / ".personatwin").mkdir()
    built(here)
    built(there)
    assert rows(here) != rows(there)


def test_a_private_model_below_that_changed_makes_another_question(tmp_path: Path) -> None:
    """Else one could ask about everybody, and then about all but a few, and pay once."""
    root = project(tmp_path)
    model = root / VISITS
    below = root / "models" / "staging" / "kept.sql"
    below.parent.mkdir()
    below.write_text("SELECT person_id, county, amount FROM {{ source('s', 'visits') }}\n", encoding="utf-8")
    text = model.read_text(encoding="utf-8").replace("source('s', 'visits')", "ref('kept')")
    model.write_text(text, encoding="utf-8")
    built(root)
    below.write_text(below.read_text(encoding="utf-8") + "WHERE amount > 0\n", encoding="utf-8")
    with pytest.raises(Withheld) as raised:
        built(root)
    assert [problem.code for problem in raised.value.diagnostics] == ["PT617"]
    assert spent(root) == 1
