"""What may be spent of a budget, to the last digit, and why something may not."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_ledger import COURT, MODEL, TABLE, budgets_of, files, request, spent

from personatwin_sql.errors import Diagnostic, PersonaTwinError, ProjectError, Withheld
from personatwin_sql.privacy.accounting.conversion import epsilon_of_rho
from personatwin_sql.privacy.accounting.declared import NOTHING
from personatwin_sql.privacy.accounting.events import Gaussian, Laplace, Threshold
from personatwin_sql.release.ledger.budget import charges_of, spending
from personatwin_sql.release.ledger.charge import Request, charged, frozen, refusals
from personatwin_sql.release.ledger.entry import Charge, Epoch
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.refusal import redeclared
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.spec.budget import Budget

ZCDP = Budget("court", Fraction(3), Fraction(1, 10**6), "zcdp")


def refused(folders: Folders, key: bytes, asked: Request, *budgets: Budget) -> Diagnostic:
    """Why a charge is refused; nothing is written."""
    before = files(folders)
    with pytest.raises(PersonaTwinError) as raised:
        charged(folders, key, budgets_of(*budgets), [asked])
    assert files(folders) == before
    (problem,) = raised.value.diagnostics
    assert problem.place is not None
    assert problem.fixes
    return problem


def gaussian(rho: str, tau: str = "0", model: str = "visits") -> Request:
    """A count with Gaussian noise whose ρ is given, and with keys that cost `tau` of δ."""
    events: list[tuple[str, Gaussian | Threshold]] = [("visits", Gaussian(1 / (2 * Fraction(rho)), 1, 1))]
    if Fraction(tau):
        events.append(("", Threshold(Fraction(tau))))
    return request("1", "1/10000000", model=model, events=events)


def test_a_budget_is_spent_to_its_last_digit(folders: Folders, key: bytes) -> None:
    spent(folders, key, *["0.3"] * 10)
    now = spending(COURT, charges_of(read_ledger(folders, key), "court"))
    assert (now.spent.epsilon, now.epsilon_left, now.spent.charges) == (3, 0, 10)
    problem = refused(folders, key, request("0.0000000000000000000000000001"), COURT)
    assert problem.code == "PT602"
    assert "epsilon 0 of 3" in problem.message
    assert problem.place == MODEL


def test_delta_is_spent_too(folders: Folders, key: bytes) -> None:
    charged(folders, key, budgets_of(COURT), [request("1", "0.0000007")])
    assert refused(folders, key, request("1", "0.0000004"), COURT).code == "PT602"
    charged(folders, key, budgets_of(COURT), [request("1", "0.0000003")])


def test_several_releases_are_charged_all_or_none(folders: Folders, key: bytes) -> None:
    with pytest.raises(Withheld) as raised:
        charged(folders, key, budgets_of(COURT), [request("1"), request("1.5"), request("0.6", model="last")])
    assert [problem.message.split()[0] for problem in raised.value.diagnostics] == ["`last`"]
    assert files(folders) == []
    assert len(charged(folders, key, budgets_of(COURT), [request("1"), request("1.5"), request("0.5")])) == 3


def test_a_charge_records_what_it_was_made_of(folders: Folders, key: bytes) -> None:
    (digest,) = charged(folders, key, budgets_of(COURT), [request("0.5", analyst="jane")])
    charge = read_ledger(folders, key).entries[digest].content
    assert isinstance(charge, Charge)
    assert (charge.model, charge.analyst, charge.epsilon) == ("visits", "jane", Fraction(1, 2))
    assert (charge.budget.epsilon, charge.budget.delta) == (3, Fraction(1, 10**6))
    assert charge.uses[0].numbers == {"scale": "4", "per_group": "2", "groups": "1"}
    assert charge.bounds == {"max_groups": "1", "max_rows_per_group": "2"}


def test_each_analyst_and_department_has_a_limit(folders: Folders, key: bytes) -> None:
    limited = replace(COURT, per_analyst=Fraction(1), per_department=Fraction(2))
    budgets = budgets_of(limited)
    jane, joe = (request("0.75", analyst=name, department="health") for name in ("jane", "joe"))
    charged(folders, key, budgets, [jane])
    problem = refused(folders, key, jane, limited)
    assert problem.code == "PT603"
    assert "the analyst `jane` has epsilon 0.25 left of 1" in problem.message
    charged(folders, key, budgets, [joe])
    ann = request("0.75", analyst="ann", department="health")
    assert "the department `health` has epsilon 0.5 left of 2" in refused(folders, key, ann, limited).message
    charged(folders, key, budgets, [replace(ann, department="law")])
    now = spending(limited, charges_of(read_ledger(folders, key), "court"))
    assert {name: part.epsilon for name, part in now.analysts.items()} == dict.fromkeys(
        ("jane", "joe", "ann"), Fraction(3, 4)
    )
    assert now.departments["health"].epsilon == Fraction(3, 2)


@pytest.mark.parametrize("kind", ["analyst", "department"])
def test_a_release_of_nobody_goes_past_no_limit(folders: Folders, key: bytes, kind: str) -> None:
    limited = replace(COURT, **{f"per_{kind}": Fraction(1)})
    problem = refused(folders, key, request("0.5"), limited)
    assert problem.code == "PT607"
    assert f"config({kind}='…')" in problem.fixes[0]


def test_an_analyst_without_a_limit_is_counted_all_the_same(folders: Folders, key: bytes) -> None:
    charged(folders, key, budgets_of(COURT), [request("2", analyst="jane")])
    now = spending(COURT, charges_of(read_ledger(folders, key), "court"))
    assert now.analysts["jane"].epsilon == 2


def test_a_new_epoch_continues_the_budget(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1", budget=replace(COURT, epoch="2025"))
    spent(folders, key, "1", "0.5", budget=replace(COURT, epoch="2026"))
    ledger = read_ledger(folders, key)
    assert [entry.kind for entry in ledger.entries.values()] == [
        "genesis",
        "charge",
        "epoch",
        "charge",
        "charge",
    ]
    assert list(ledger.entries.values())[2].content == Epoch("court", "2026", "2025")
    now = spending(COURT, charges_of(ledger, "court"))
    assert {epoch: part.epsilon for epoch, part in now.epochs.items()} == {"2025": 1, "2026": Fraction(3, 2)}
    assert now.spent.epsilon == Fraction(5, 2)
    later = replace(COURT, epoch="2027")
    assert refused(folders, key, request("0.6"), later).code == "PT602"


def test_the_first_epoch_needs_no_entry_of_its_own(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1", "1", budget=replace(COURT, epoch="2025"))
    assert len(files(folders)) == 3


def test_the_accountant_is_fixed_with_the_first_charge(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1")
    problem = refused(folders, key, request("0.1"), ZCDP)
    assert problem.code == "PT604"
    assert "accountant: basic" in problem.message


def test_a_budget_that_was_spent_from_cannot_vanish(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1")
    renamed = replace(COURT, name="court_2")
    problem = refused(folders, key, request("1", budget="court_2"), renamed)
    assert problem.code == "PT605"
    assert "`court`" in problem.message
    both = budgets_of(COURT, renamed)
    charged(folders, key, both, [request("1", budget="court_2")])


def test_a_budget_that_is_not_declared_is_refused(folders: Folders, key: bytes) -> None:
    problem = refused(folders, key, request("1", budget="curt"), COURT)
    assert problem.code == "PT608"
    assert problem.label == "did you mean `court`?"


def test_a_raised_budget_is_told_and_recorded(folders: Folders, key: bytes) -> None:
    spent(folders, key, "3")
    raised = replace(COURT, epsilon=Fraction(5), per_analyst=Fraction(1))
    told = list(redeclared(read_ledger(folders, key), {"court": raised}, {}))
    assert [(problem.code, problem.severity) for problem in told] == [("PT606", "warning")] * 2
    assert "`epsilon` of the budget `court` is 5; it was 3" in told[0].message
    assert "`per_analyst` of the budget `court` is 1; it was none" in told[1].message
    charged(folders, key, budgets_of(raised), [request("1", analyst="jane")])
    ledger = read_ledger(folders, key)
    assert charges_of(ledger, "court")[-1].budget.epsilon == 5
    assert list(redeclared(ledger, {"court": raised}, {})) == []


def test_a_lowered_budget_leaves_what_it_leaves(folders: Folders, key: bytes) -> None:
    spent(folders, key, "2")
    lowered = replace(COURT, epsilon=Fraction(1))
    now = spending(lowered, charges_of(read_ledger(folders, key), "court"))
    assert (now.spent.epsilon, now.epsilon_left) == (2, 0)
    assert refused(folders, key, request("0.1"), lowered).code == "PT602"


def test_mistakes_of_the_project_are_told_before_what_is_too_much(folders: Folders, key: bytes) -> None:
    spent(folders, key, "3")
    with pytest.raises(ProjectError) as raised:
        charged(folders, key, budgets_of(COURT), [request("1"), request("1", budget="none")])
    assert [problem.code for problem in raised.value.diagnostics] == ["PT608"]


def test_zcdp_lets_more_gaussian_releases_pass(folders: Folders, key: bytes) -> None:
    budgets = budgets_of(ZCDP)
    count = 0
    while not refusals(read_ledger(folders, key), budgets, [gaussian("0.01")]):
        charged(folders, key, budgets, [gaussian("0.01")])
        count += 1
    problem = refused(folders, key, gaussian("0.01"), ZCDP)
    assert problem.code == "PT602"
    assert (
        "it would spend rho 0.01 and delta 0 for its keys; of epsilon 3 and delta 0.000001" in problem.message
    )
    now = spending(ZCDP, charges_of(read_ledger(folders, key), "court"))
    assert count == now.spent.charges > 3
    assert now.spent.epsilon <= 3
    assert now.spent.epsilon == epsilon_of_rho(count * Fraction("0.01"), ZCDP.delta / 2)
    assert now.spent.delta == ZCDP.delta / 2


def test_zcdp_sets_delta_aside_for_keys(folders: Folders, key: bytes) -> None:
    charged(folders, key, budgets_of(ZCDP), [gaussian("0.01", "1/2000000")])
    now = spending(ZCDP, charges_of(read_ledger(folders, key), "court"))
    assert now.spent.delta == ZCDP.delta
    assert refused(folders, key, gaussian("0.01", "1/100000000000"), ZCDP).code == "PT602"
    charged(folders, key, budgets_of(ZCDP), [gaussian("0.01")])


def test_the_limit_of_an_analyst_is_kept_by_zcdp_too(folders: Folders, key: bytes) -> None:
    limited = replace(ZCDP, per_analyst=Fraction(1))
    asked = replace(gaussian("0.015"), analyst="jane")
    charged(folders, key, budgets_of(limited), [asked])
    assert refused(folders, key, asked, limited).code == "PT603"


def test_a_plan_writes_nothing(folders: Folders, key: bytes) -> None:
    assert refusals(Ledger({}), budgets_of(COURT), [request("1"), request("2")]) == ()
    assert [p.code for p in refusals(Ledger({}), budgets_of(COURT), [request("1"), request("2.1")])] == [
        "PT602"
    ]
    assert files(folders) == []


def test_a_release_that_costs_nothing_is_no_release(folders: Folders, key: bytes) -> None:
    for asked in (replace(request("1"), guarantee=NOTHING), replace(request("1"), events=())):
        with pytest.raises(ValueError, match="costs nothing"):
            charged(folders, key, budgets_of(COURT), [asked])
    assert files(folders) == []


def test_what_could_not_be_read_again_is_never_written(folders: Folders, key: bytes) -> None:
    noise = Laplace(2 + Fraction(1, 2**9000), 2, 1)
    with pytest.raises((ValueError, RuntimeError)):
        charged(folders, key, budgets_of(COURT), [request("1", events=[("visits", noise)])])
    assert len(files(folders)) <= 1
    spent(folders, key, "1")


def test_nothing_is_kept_that_nobody_paid_for(folders: Folders, key: bytes) -> None:
    spent(folders, key, "1")
    for entry in ("f" * 64, next(iter(read_ledger(folders, key).entries))):
        with pytest.raises(RuntimeError, match="charge of its own"):
            frozen(folders, key, entry, TABLE)
    assert not folders.frozen.exists()


def test_a_charge_is_drawn_once(folders: Folders, key: bytes) -> None:
    (charge,) = spent(folders, key, "1")
    frozen(folders, key, charge, TABLE)
    with pytest.raises(RuntimeError, match="charge of its own"):
        frozen(folders, key, charge, TABLE)


@given(parts=st.lists(st.fractions(min_value=Fraction(1, 1000), max_value=2), max_size=12))
@settings(max_examples=30)
def test_no_sequence_of_requests_overspends(parts: list[Fraction]) -> None:
    accepted: list[Request] = []
    total = Fraction(0)
    for part in parts:
        asked = [*accepted, request(str(part))]
        is_refused = bool(refusals(Ledger({}), budgets_of(COURT), asked))
        assert is_refused == (total + part > COURT.epsilon)
        if not is_refused:
            accepted, total = asked, total + part
    assert total <= COURT.epsilon
