"""What builds of differentially private models charge, put back, refuse and leave behind."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from personatwin_sql.cli.budget_page import budget_parts
from personatwin_sql.errors import CheckFailed, PersonaTwinError, ProjectError, Unavailable, Withheld
from personatwin_sql.privacy.noise.randomness import SeededBits, SystemBits
from personatwin_sql.workflow import Options, budget, export
from personatwin_sql.workflow.private_statistics import refuse_known_bits
from tests.integration.private_visits import (
    COUNTIES,
    VISITS,
    ask,
    built,
    declare,
    derive,
    ledger_of,
    project,
    rows,
    spent,
    statuses,
    write_visits,
)

KEPT = "SELECT person_id, county FROM {{ source('s', 'visits') }}\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return project(tmp_path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with its release, and a total that stands on it."""
    root = project(tmp_path_factory.mktemp("made"))
    derive(root)
    built(root)
    return root


@pytest.fixture
def released(made: Path, tmp_path: Path) -> Path:
    """A copy with all times as they were."""
    return Path(shutil.copytree(made, tmp_path / "town", copy_function=shutil.copy2))


def codes(error: PersonaTwinError) -> list[str]:
    return [problem.code for problem in error.diagnostics]


def test_rebuilds_give_the_same_rows_and_one_charge(released: Path) -> None:
    first = rows(released)
    for _ in range(2):
        found = statuses(built(released, full_refresh=True))
        assert (found["visits"], found["total"]) == ("replay", "ok")
    assert rows(released) == first
    assert spent(released) == 1
    assert [entry.kind for entry in ledger_of(released).entries.values()].count("charge") == 1


def test_new_data_leave_the_release_as_it_was_drawn(released: Path) -> None:
    first = rows(released)
    write_visits(released, seed=6)
    assert statuses(built(released))["visits"] == "replay"
    assert (rows(released), spent(released)) == (first, 1)


def test_another_question_is_paid_for_only_where_somebody_allows_it(released: Path) -> None:
    first = rows(released)
    ask(released, epsilon="0.5")
    with pytest.raises(Withheld) as raised:
        built(released)
    assert codes(raised.value) == ["PT617"]
    assert (rows(released), spent(released)) == (first, 1)
    assert statuses(built(released, allow_spend=True))["visits"] == "ok"
    assert spent(released) == 1.5
    assert rows(released) != first
    ask(released)
    assert statuses(built(released))["visits"] == "replay"
    assert (rows(released), spent(released)) == (first, 1.5)


def test_leave_to_spend_redraws_nothing_that_is_there(released: Path) -> None:
    first = rows(released)
    assert statuses(built(released, allow_spend=True, full_refresh=True))["visits"] == "replay"
    assert (rows(released), spent(released)) == (first, 1)


def test_a_part_that_is_not_selected_is_carried_and_costs_nothing(released: Path) -> None:
    first = rows(released)
    ask(released, name="others", epsilon="0.25")
    found = statuses(built(released, select=("others",)))
    assert (found["others"], found["visits"], found["total"]) == ("ok", "unchanged", "unchanged")
    assert (rows(released), spent(released)) == (first, 1.25)
    found = statuses(built(released, exclude=("visits", "total")))
    assert (found["others"], found["visits"]) == ("replay", "unchanged")
    assert (rows(released), spent(released)) == (first, 1.25)


def test_a_part_that_changed_and_is_not_selected_is_not_charged(released: Path) -> None:
    ask(released, epsilon="0.5")
    ask(released, name="others")
    with pytest.raises(Withheld) as raised:
        built(released, select=("others",), allow_spend=True)
    assert set(codes(raised.value)) == {"PT211"}
    assert spent(released) == 1


def test_a_test_that_fails_beforehand_keeps_everything_from_being_charged(root: Path) -> None:
    (root / "models" / "staging").mkdir()
    (root / "models" / "staging" / "stg_visits.sql").write_text(KEPT)
    (root / "tests").mkdir()
    (root / "tests" / "nobody.sql").write_text("SELECT * FROM {{ ref('stg_visits') }}\n")
    with pytest.raises(CheckFailed):
        built(root)
    assert not (root / "ledger").exists()
    assert not (root / "release").exists()


def test_a_test_that_fails_on_what_was_drawn_keeps_it_for_the_next_build(root: Path) -> None:
    (root / "tests").mkdir()
    test = root / "tests" / "none.sql"
    test.write_text("SELECT * FROM {{ ref('visits') }}\n")
    for _ in range(2):
        with pytest.raises(CheckFailed):
            built(root)
        assert spent(root) == 1
        assert not (root / "release").exists()
    (kept,) = (root / "ledger" / "frozen").iterdir()
    drawn = kept.read_text().splitlines()[1:]
    test.unlink()
    assert statuses(built(root))["visits"] == "replay"
    assert spent(root) == 1
    assert ["\t".join(map(str, row)) for row in rows(root)] == sorted(drawn)


def test_all_models_are_charged_or_none(root: Path) -> None:
    ask(root, name="others", epsilon="2.5")
    with pytest.raises(Withheld) as raised:
        built(root)
    assert codes(raised.value) == ["PT602"]
    assert list(ledger_of(root).charges()) == []
    assert not (root / "release").exists()


def test_what_another_program_writes_to_is_found_before_anything_is_charged(
    root: Path, tmp_path: Path
) -> None:
    (root / "release").mkdir()
    (root / "release" / "town.duckdb").mkdir()
    with pytest.raises(Unavailable):
        built(root)
    assert not (root / "ledger").exists()


def test_a_locked_build_draws_and_replays(root: Path) -> None:
    built(root, locked=True)
    first = rows(root)
    assert statuses(built(root, locked=True, full_refresh=True))["visits"] == "replay"
    assert (rows(root), spent(root)) == (first, 1)


def test_a_target_that_does_not_publish_is_seeded_and_charges_nothing(root: Path) -> None:
    built(root, "dev")
    told = [root / "target" / name for name in ("preview.duckdb", "report.html", "report.json")]
    assert {path.stat().st_mode & 0o077 for path in told} == {0}  # whoever knows the seed takes its noise off
    preview = rows(root, file="target/preview.duckdb")
    built(root, "dev", full_refresh=True)
    assert rows(root, file="target/preview.duckdb") == preview
    assert not (root / "ledger").exists()
    assert not (root / ".personatwin" / "ledger").exists()
    with pytest.raises(ProjectError) as raised:
        export(Options(root, "dev"), (), "csv", None, False)
    assert codes(raised.value) == ["PT512"]
    built(root)
    assert rows(root) != preview


@pytest.mark.parametrize(("bits", "entry"), [(SeededBits(1), "paid"), (SystemBits(), "")])
def test_nothing_is_published_that_is_seeded_or_not_paid_for(
    bits: SeededBits | SystemBits, entry: str
) -> None:
    with pytest.raises(RuntimeError):
        refuse_known_bits(bits, entry, is_published=True)
    refuse_known_bits(SystemBits(), "paid", is_published=True)
    refuse_known_bits(SeededBits(1), "", is_published=False)


def test_a_budget_that_was_spent_from_cannot_vanish_with_its_models(released: Path) -> None:
    (released / VISITS).unlink()
    (released / VISITS.with_name("total.sql")).unlink()
    (released / VISITS).with_name("people.sql").write_text(
        "{{ config(protection='k_anonymity') }}\n" + KEPT, encoding="utf-8"
    )
    declare(released, budgets="")
    with pytest.raises(ProjectError) as raised:
        built(released)
    assert codes(raised.value) == ["PT605"]
    declare(released, budgets="{court: {epsilon: 3, delta: 1e-6, accountant: zcdp}}")
    with pytest.raises(ProjectError) as raised:
        built(released)
    assert codes(raised.value) == ["PT604"]


def test_a_budget_that_allows_something_else_is_told(released: Path) -> None:
    declare(released, budgets="{court: {epsilon: 4, delta: 1e-6}}")
    assert "PT606" in [warning.code for warning in built(released).warnings]
    assert spent(released) == 1


def test_releases_without_a_budget_are_recorded_beside_it_once(released: Path) -> None:
    (released / VISITS).with_name("people.sql").write_text(
        "{{ config(protection='k_anonymity') }}\n" + KEPT, encoding="utf-8"
    )
    built(released)
    assert ledger_of(released).beside() == {"people": "k_anonymity"}
    page = budget(Options(released))
    assert page.beside == (("people", "k_anonymity"),)
    assert any(part.title.startswith("Released beside") for part in budget_parts(page))
    before = len(ledger_of(released).entries)
    built(released, full_refresh=True)
    assert len(ledger_of(released).entries) == before


def test_nobody_is_told_whether_the_data_are_what_they_were(released: Path) -> None:
    def told() -> set[str]:
        manifest = json.loads((released / "target" / "manifest.json").read_text())
        return {
            *(node["fingerprint"] for node in manifest["nodes"].values() if node["fingerprint"]),
            manifest["fingerprint"],
            *(str(digest) for (digest,) in rows(released, "(SELECT digest FROM _personatwin.sources)")),
        }

    before = told()
    time.sleep(1)  # times of builds are in seconds
    built(released, full_refresh=True)
    assert len(before) >= 2
    assert before.isdisjoint(told())


def test_the_heads_of_the_ledger_stand_in_the_release_and_its_manifest(released: Path) -> None:
    heads = ledger_of(released).heads
    assert rows(released, "_personatwin.ledger") == [(head,) for head in heads]
    manifest = json.loads((released / "target" / "manifest.json").read_text())
    assert manifest["ledger"] == list(heads)


def test_a_project_without_budgets_has_no_ledger(root: Path) -> None:
    (root / VISITS).write_text("{{ config(protection='k_anonymity') }}\n" + KEPT, encoding="utf-8")
    declare(root, budgets="")
    built(root)
    assert not (root / "ledger").exists()
    assert "ledger" not in json.loads((root / "target" / "manifest.json").read_text())


def test_the_public_is_not_told_which_warnings_of_private_rows_were_given(tmp_path: Path) -> None:
    """Each would be an exact fact about people, for which nobody paid."""
    root = project(tmp_path)
    (root / "tests").mkdir()
    warn = "{{ config(severity='warn') }}\nSELECT 1 AS x FROM "
    for name, read in {
        "nobody": "{{ source('s', 'visits') }} WHERE amount > 99",
        "somebody": "{{ source('s', 'visits') }} WHERE amount > 3",
        "released": "{{ ref('visits') }} WHERE county = 'Nowhere'",
    }.items():
        (root / "tests" / f"{name}.sql").write_text(warn + read, encoding="utf-8")
    assert built(root).published
    told = json.loads((root / "release" / "report.json").read_text(encoding="utf-8"))
    assert told["tests"] == ["released"]


OTHERS_KEYS = "FROM {{ source('s', 'visits') }}"


def again(root: Path, more: str) -> None:
    """A second table with noise, which takes its keys or its rows from the first."""
    keys = "ref('visits')" if more == OTHERS_KEYS else "{'county': ['Adams']}"
    rows = more if more == OTHERS_KEYS else f"FROM {{{{ source('s', 'visits') }}}} AS v {more}"
    (root / "models" / "release" / "again.sql").write_text(
        f"{{{{ config(protection='differential_privacy', epsilon=1, max_groups=1, max_rows_per_group=1,\n"
        f"    keys={keys}) }}}}\n"
        f"SELECT {'v.' if 'AS p' in more else ''}county, count(*) AS n {rows}\nGROUP BY ALL\n"
    )


@pytest.mark.parametrize("more", [OTHERS_KEYS, "CROSS JOIN {{ ref('visits') }} AS p"])
def test_what_is_drawn_in_a_build_is_read_by_nothing_that_is_drawn_in_it(root: Path, more: str) -> None:
    again(root, more)
    with pytest.raises(Withheld) as raised:
        built(root)
    assert codes(raised.value) == ["PT665"]
    assert not (root / "ledger").exists()
    with pytest.raises(Withheld) as raised:
        built(root, target="dev")
    assert codes(raised.value) == ["PT665"]


@pytest.mark.parametrize("select", [(), ("again",)], ids=["all", "alone"])
def test_what_was_released_is_read_as_it_was_drawn(released: Path, select: tuple[str, ...]) -> None:
    first = rows(released)
    again(released, OTHERS_KEYS)
    assert statuses(built(released, select=select))["again"] == "ok"
    assert rows(released) == first
    assert [county for county, _ in rows(released, "again")] == list(COUNTIES)
    assert spent(released) == 2
    assert statuses(built(released, full_refresh=True))["again"] == "replay"


def test_what_is_computed_of_noise_is_not_read_by_another_table_with_noise(released: Path) -> None:
    again(released, "CROSS JOIN {{ ref('total') }} AS p")
    with pytest.raises(ProjectError) as raised:
        built(released)
    assert codes(raised.value) == ["PT665"]


def test_what_is_computed_of_noise_is_carried_over_beside_it(released: Path) -> None:
    found = statuses(built(released, select=("visits",), full_refresh=True))
    assert (found["visits"], found["total"]) == ("replay", "unchanged")


def test_the_public_is_not_told_when_the_data_changed(released: Path) -> None:
    """A release stands as it was drawn: that its data did not would be a fact about them."""
    for name in ("report.json", "report.md"):
        told = (released / "release" / name).read_text(encoding="utf-8")
        assert "not told" in told
    assert {source for *_, source, _ in rows(released, "_personatwin.sources")} == {"not told"}
