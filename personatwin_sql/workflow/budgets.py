"""`budget`: what each budget allows, what is spent and left, told from the ledger; nothing is charged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Literal

from personatwin_sql.engine.private_folder import secret
from personatwin_sql.errors import Diagnostic, Unavailable
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.ledger.budget import Loss, charges_of, spending
from personatwin_sql.release.ledger.displayed import displayed
from personatwin_sql.release.ledger.entry import Charge
from personatwin_sql.release.ledger.folders import Folders, folders_of
from personatwin_sql.release.ledger.frozen import read_frozen
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.refusal import project_refusals, redeclared
from personatwin_sql.release.ledger.replay import changed_sources, replayed
from personatwin_sql.release.ledger.shown import ceiling, floor
from personatwin_sql.release.ledger.store import read_ledger
from personatwin_sql.release.private_release import Displayed
from personatwin_sql.release.state import read_state
from personatwin_sql.spec.budget import Budget
from personatwin_sql.spec.exact_number import from_exact_text
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.workflow.build_ledger import declared_budgets
from personatwin_sql.workflow.memory import Memory
from personatwin_sql.workflow.options import Options
from personatwin_sql.workflow.paths import Paths
from personatwin_sql.workflow.project import opened

Standing = Literal["released", "replaced", "not finished", "lost"]


@dataclass(frozen=True)
class Amount:
    """A privacy loss as text: what is spent is rounded up, what is allowed or left is rounded down."""

    epsilon: str
    delta: str
    charges: int | None = None


@dataclass(frozen=True)
class Part:
    """What one epoch, analyst or department has spent, and its limit where it has one."""

    name: str
    spent: Amount
    limit: str | None = None
    left: str | None = None


@dataclass(frozen=True)
class Spent:
    """One charge of the ledger."""

    entry: str
    """The file of the entry, without its ending."""
    date: str
    model: str
    mechanism: str
    epsilon: str
    delta: str
    epoch: str
    analyst: str
    department: str
    standing: Standing
    """`not finished`: charged, and never released. `lost`: the frozen table is not as it was written."""
    stale: tuple[str, ...]
    """Sources that changed since: a fact about the data, for the owner. It stands all the same."""


@dataclass(frozen=True)
class DisplayedLoss:
    """By the distribution of the privacy loss, rounded up. It decides nothing: the accountant does, which is
    never below it, and holds of releases that are chosen in sight of others too."""

    epsilon: str | None
    """null where so many different noises take too long to add up."""
    delta: str
    """At which it holds."""


@dataclass(frozen=True)
class BudgetStanding:
    """One budget."""

    name: str
    unit: str
    accountant: str
    epoch: str
    allowed: Amount
    spent: Amount
    """Over its whole life, all epochs together."""
    left: Amount
    displayed: DisplayedLoss | None
    """Of what is spent, all epochs together; null where nothing is."""
    epochs: tuple[Part, ...]
    analysts: tuple[Part, ...]
    departments: tuple[Part, ...]
    entries: tuple[Spent, ...]


@dataclass(frozen=True)
class BudgetPage:
    """All budgets of a project."""

    project: str
    budgets: tuple[BudgetStanding, ...]
    lifetime: Amount
    """Of all budgets together: the same people stand behind each of them."""
    has_key: bool
    """Whether the project's secret is here: without it seals are not checked, and nothing can be spent."""
    heads: tuple[str, ...]
    beside: tuple[tuple[str, str], ...]
    """Released tables of the same people that are not differentially private, and how they are protected."""
    randomised: tuple[tuple[str, str, str], ...]
    """Tables that tell outcomes by chance: how often as another, and ε of one outcome, drawn once."""
    warnings: tuple[Diagnostic, ...]


def budget(options: Options) -> BudgetPage:
    """Each budget as it stands; raises Unavailable where the ledger is not sound, with all that is wrong."""
    loaded, paths = opened(options)
    folders = folders_of(paths.root, paths.private)
    key = secret(paths.private) if (paths.private / "secret").exists() else None
    ledger = read_ledger(folders, key)
    declared = declared_budgets(loaded)
    now = _sources_now(loaded, paths, key) if key and any(True for _ in ledger.releases()) else {}
    standings = tuple(
        _standing(one, ledger, folders, key, now) for one in _all_budgets(declared.declared, ledger)
    )
    spent = [
        spending(one, charges_of(ledger, one.name)).spent for one in _all_budgets(declared.declared, ledger)
    ]
    lifetime = Loss(
        sum((part.epsilon for part in spent), Fraction(0)),
        sum((part.delta for part in spent), Fraction(0)),
        sum(part.charges for part in spent),
    )
    told = (
        *project_refusals(ledger, declared.declared, declared.places),
        *redeclared(ledger, declared.declared, declared.places),
    )
    return BudgetPage(
        loaded.project.name,
        standings,
        _amount(lifetime),
        key is not None,
        ledger.heads,
        tuple(sorted(ledger.beside().items())),
        tuple(
            (draw.model, floor(draw.changed), ceiling(from_exact_text(draw.use.numbers["epsilon"])))
            for draw in ledger.randomised().values()
        ),
        tuple(replace(problem, severity="warning") for problem in told),
    )


def _all_budgets(declared: Mapping[str, Budget], ledger: Ledger) -> Iterator[Budget]:
    """Those declared, each with the accountant that it has for life, and those declared no more."""
    last = {charge.budget.name: charge.budget for _, charge in ledger.charges()}
    for name, one in declared.items():
        yield replace(one, accountant=last[name].accountant) if name in last else one
    for name, terms in last.items():
        if name not in declared:
            yield Budget(
                name, terms.epsilon, terms.delta, terms.accountant, terms.per_analyst, terms.per_department
            )


def _standing(
    one: Budget, ledger: Ledger, folders: Folders, key: bytes | None, now: Mapping[str, str]
) -> BudgetStanding:
    charges = charges_of(ledger, one.name)
    as_it_is = spending(one, charges)
    return BudgetStanding(
        one.name,
        "person",
        one.accountant,
        one.epoch,
        Amount(floor(one.epsilon), floor(one.delta)),
        _amount(as_it_is.spent),
        Amount(floor(as_it_is.epsilon_left), floor(as_it_is.delta_left)),
        _displayed(displayed(one, charges)),
        _parts(as_it_is.epochs, None),
        _parts(as_it_is.analysts, one.per_analyst),
        _parts(as_it_is.departments, one.per_department),
        tuple(_entries(one.name, ledger, folders, key, now)),
    )


def _entries(
    name: str, ledger: Ledger, folders: Folders, key: bytes | None, now: Mapping[str, str]
) -> Iterator[Spent]:
    for digest, charge in ledger.charges():
        if charge.budget.name != name:
            continue
        entry = ledger.entries[digest]
        standing = _standing_of(digest, charge, ledger, folders)
        is_stale = key is not None and standing in ("released", "lost")
        yield Spent(
            f"{entry.number:06d}-{digest[:16]}",
            entry.at[:10],
            charge.model,
            " + ".join(dict.fromkeys(use.mechanism for use in charge.uses)),
            ceiling(charge.epsilon),
            ceiling(charge.delta),
            charge.epoch,
            charge.analyst,
            charge.department,
            standing,
            changed_sources(key, charge, now) if is_stale and key is not None else (),
        )


def _standing_of(digest: str, charge: Charge, ledger: Ledger, folders: Folders) -> Standing:
    release = next((one for _, one in ledger.releases() if one.charge == digest), None)
    if release is None:
        return "not finished"
    latest = replayed(ledger, charge.replay)
    if latest is not None and latest[1] != release:
        return "replaced"
    try:
        read_frozen(folders, release)
    except Unavailable:
        return "lost"
    return "released"


def _sources_now(loaded: Loaded, paths: Paths, key: bytes) -> Mapping[str, str]:
    """Keyed digests of the sources; of those that cannot be read, none."""
    memory = Memory(loaded, paths, read_state(paths.private, loaded.target), key)
    try:
        return {stamp.name: stamp.digest for stamp in memory.stamps}
    except Unavailable:
        return {}


def _parts(parts: Mapping[str, Loss], limit: Fraction | None) -> tuple[Part, ...]:
    return tuple(
        Part(
            name,
            _amount(part),
            None if limit is None else floor(limit),
            None if limit is None else floor(max(limit - part.epsilon, Fraction(0))),
        )
        for name, part in parts.items()
    )


def _displayed(shown: Displayed | None) -> DisplayedLoss | None:
    if shown is None:
        return None
    return DisplayedLoss(None if shown.epsilon is None else ceiling(shown.epsilon), ceiling(shown.delta))


def _amount(loss: Loss) -> Amount:
    return Amount(ceiling(loss.epsilon), ceiling(loss.delta), loss.charges)
