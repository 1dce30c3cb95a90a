"""Charge, then draw; drawn once: the only way to spend of a budget, and to keep what was bought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field

from personatwin_sql.errors import Diagnostic, Place, ProjectError, Withheld
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.accounting.declared import NOTHING, Guarantee
from personatwin_sql.privacy.accounting.events import Event
from personatwin_sql.release.ledger.budget import charges_of, terms_of
from personatwin_sql.release.ledger.entry import Beside, Charge, Epoch, Randomised, Release
from personatwin_sql.release.ledger.folders import Folders
from personatwin_sql.release.ledger.frozen import FrozenTable, write_frozen
from personatwin_sql.release.ledger.ledger import Ledger
from personatwin_sql.release.ledger.refusal import charge_refusals, project_refusals
from personatwin_sql.release.ledger.replay import new_salt, salted
from personatwin_sql.release.ledger.store import Book, appended, opened_book
from personatwin_sql.release.ledger.uses import use_of
from personatwin_sql.spec.budget import Budget


@dataclass(frozen=True)
class Budgets:
    """The budgets of a project, by name, and where they are declared."""

    declared: Mapping[str, Budget]
    places: Mapping[str, Place] = field(default_factory=dict)
    """Also of `budgets:` itself, under the empty name."""


@dataclass(frozen=True)
class Request:
    """A release that is to be drawn, and what it would cost."""

    model: str
    place: Place
    budget: str
    guarantee: Guarantee
    """Proven of the whole release."""
    events: tuple[tuple[str, Event], ...]
    """Each mechanism, with the measure that it makes noisy; empty for the choice of keys."""
    replay: str
    bounds: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    """Source → the keyed digest of what it holds now."""
    analyst: str = ""
    department: str = ""


def refusals(
    ledger: Ledger, budgets: Budgets, requests: Sequence[Request], key: bytes = b""
) -> tuple[Diagnostic, ...]:
    """Why these releases may not be drawn, one after the other; nothing where they may. Nothing is written.

    PT602 to PT607; PT608 for a budget that is not declared.
    """
    problems = [*project_refusals(ledger, budgets.declared, budgets.places)]
    before = {name: charges_of(ledger, name) for name in budgets.declared}
    for request in requests:
        budget = budgets.declared.get(request.budget)
        if budget is None:
            problems.append(_no_such_budget(request, budgets))
            continue
        charge = charge_of(request, budget, key)
        problems.extend(charge_refusals(before[budget.name], charge, budget, request.place))
        before[budget.name] = (*before[budget.name], charge)
    return tuple(problems)


def charged(
    folders: Folders,
    key: bytes,
    budgets: Budgets,
    requests: Sequence[Request],
    heads: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Charge releases, all or none; the digests of their entries, which are on disk when this returns.

    Only then may their noise be drawn. Raises Withheld and ProjectError as `refusals` says, and Unavailable
    where the ledger is not sound (`read_ledger`) or cannot be written. A release that would cost nothing is a
    mistake of the caller, and raises ValueError.
    """
    with opened_book(folders, key, heads) as book:
        _refuse(refusals(book.ledger, budgets, requests, key))
        return _all_appended(book, budgets, requests)


def frozen(folders: Folders, key: bytes, charge: str, table: FrozenTable) -> tuple[str, Release]:
    """Keep the table that was drawn for a charge, on disk with its entry: only then may it leave.

    A second table for one charge is a mistake of the caller, and raises RuntimeError.
    """
    with opened_book(folders, key) as book:
        paid = dict(book.ledger.charges()).get(charge)
        if paid is None or any(old.charge == charge for _, old in book.ledger.releases()):
            raise RuntimeError("drawn without a charge of its own")
        name, digest = write_frozen(folders, paid.model, table)
        release = Release(paid.model, charge, paid.replay, name, digest)
        _, entry = appended(book, release)
    return entry, release


def recorded_beside(folders: Folders, key: bytes, models: Mapping[str, str]) -> Ledger:
    """Record released tables (→ protection) that no budget counts, once each; the ledger then."""
    with opened_book(folders, key) as book:
        known = book.ledger.beside()
        new = {name: protection for name, protection in models.items() if known.get(name) != protection}
        if not new:
            return book.ledger
        return appended(book, Beside(new))[0].ledger


def recorded_draws(
    folders: Folders, key: bytes, draws: Sequence[Randomised], heads: Mapping[str, str] | None = None
) -> Ledger:
    """Record outcomes that are told by chance, once for each model and law; the ledger then, on disk."""
    with opened_book(folders, key, heads) as book:
        contents = (entry.content for entry in book.ledger.entries.values())
        known = {(each.model, each.label) for each in contents if isinstance(each, Randomised)}
        return _with_draws(book, [draw for draw in draws if (draw.model, draw.label) not in known]).ledger


def _with_draws(book: Book, draws: Sequence[Randomised]) -> Book:
    for draw in draws:
        book, _ = appended(book, draw)
    return book


def refuse_project(ledger: Ledger, budgets: Budgets) -> None:
    """ProjectError PT605, PT604: budgets that were spent from are not what they were."""
    _refuse(tuple(project_refusals(ledger, budgets.declared, budgets.places)))


def _all_appended(book: Book, budgets: Budgets, requests: Sequence[Request]) -> tuple[str, ...]:
    digests = []
    for request in requests:
        book, digest = _appended(book, budgets.declared[request.budget], request)
        digests.append(digest)
    return tuple(digests)


def _appended(book: Book, budget: Budget, request: Request) -> tuple[Book, str]:
    """With the declaration of an epoch before the first charge in it."""
    earlier = charges_of(book.ledger, budget.name)
    before = _last_epoch(book.ledger, budget.name)
    if earlier and before != budget.epoch:
        book, _ = appended(book, Epoch(budget.name, budget.epoch, before))
    return appended(book, charge_of(request, budget, book.key))


def _last_epoch(ledger: Ledger, budget: str) -> str:
    epoch = ""
    for entry in ledger.entries.values():
        if isinstance(entry.content, Charge) and entry.content.budget.name == budget:
            epoch = entry.content.epoch
    return epoch


def charge_of(request: Request, budget: Budget, key: bytes) -> Charge:
    """The entry that would pay for a release; nothing is written."""
    if request.guarantee == NOTHING or not request.events:
        raise ValueError("a release that costs nothing")
    salt = new_salt()
    return Charge(
        request.model,
        terms_of(budget),
        budget.epoch,
        request.analyst,
        request.department,
        request.guarantee.epsilon,
        request.guarantee.delta,
        tuple(use_of(event, column) for column, event in request.events),
        dict(request.bounds),
        request.replay,
        salt,
        salted(key, salt, request.sources),
    )


def _refuse(problems: Sequence[Diagnostic]) -> None:
    """What is declared wrongly is told before what is only too much."""
    written = [problem for problem in problems if problem.code in _OF_PROJECT]
    if written:
        raise ProjectError(written)
    if problems:
        raise Withheld(problems)


_OF_PROJECT = frozenset({"PT604", "PT605", "PT607", "PT608"})


def _no_such_budget(request: Request, budgets: Budgets) -> Diagnostic:
    from personatwin_sql.errors.suggestion import suggestion

    return Diagnostic(
        "PT608",
        f"`{request.model}` spends of the budget `{request.budget}`, which project.yml does not declare",
        request.place,
        suggestion(request.budget, budgets.declared),
        fixes=(f"declare it under `budgets:`: {request.budget}: {{epsilon: 1, delta: 1e-6}}",),
    )
