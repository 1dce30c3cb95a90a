"""`budgets:` of a project: how much privacy of its people may ever be spent."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from personatwin_sql.errors import Diagnostic
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.exact_number import DECIMAL
from personatwin_sql.spec.strict import Strict

Accountant = Literal["basic", "zcdp"]
_Text = Annotated[str, Field(pattern=DECIMAL)]
"""In quotes, a number with more digits than a float keeps."""
Positive = Annotated[int, Field(gt=0)] | Annotated[float, Field(gt=0)] | _Text
Probability = Annotated[int, Field(ge=0, lt=1)] | Annotated[float, Field(ge=0, lt=1)] | _Text


class WrittenBudget(Strict):
    """One budget. It is for life: nothing that was spent ever comes back."""

    unit: Literal["person"] = "person"
    """Whose privacy is counted: all rows of one person, added or removed."""
    epsilon: Positive
    """All that may be spent of it, over all releases and epochs."""
    delta: Probability = 0
    """Likewise; 0 allows pure mechanisms and public keys only."""
    accountant: Accountant = "basic"
    """How losses add up, the same for the whole life of the budget: `basic` sums ε and δ; `zcdp` sums ρ,
    which lets many Gaussian releases be had for less."""
    per_analyst: Positive | None = None
    """The most ε that one analyst may cause. Who is asking is what a model says: a rule, not a guarantee."""
    per_department: Positive | None = None
    """The most ε that one department may cause: likewise a rule, not a guarantee."""
    epoch: str | int | None = None
    """The name of the state of the data, such as `2026-05`. Another name lets releases be drawn anew, and
    spends on: the people of two epochs are never taken for others."""


@dataclass(frozen=True)
class Budget:
    """A budget as declared, in exact numbers."""

    name: str
    epsilon: Fraction
    delta: Fraction = Fraction(0)
    accountant: Accountant = "basic"
    per_analyst: Fraction | None = None
    per_department: Fraction | None = None
    epoch: str = ""
    """Empty where none was declared."""

    @property
    def for_selection(self) -> Fraction:
        """The part of δ that `zcdp` sets aside for choosing keys, for good: half.

        The other half turns ρ into ε, which costs little: δ stands in a logarithm there.
        """
        return self.delta / 2 if self.accountant == "zcdp" else Fraction(0)


def declared_budget(name: str, written: WrittenBudget) -> Budget:
    """What was written, in exact numbers."""
    return Budget(
        name,
        _exact(written.epsilon),
        _exact(written.delta),
        written.accountant,
        None if written.per_analyst is None else _exact(written.per_analyst),
        None if written.per_department is None else _exact(written.per_department),
        "" if written.epoch is None else str(written.epoch),
    )


def budget_problems(name: str, written: WrittenBudget, document: Document) -> Iterator[Diagnostic]:
    """PT013 numbers out of range, PT600 numbers with more digits than are kept, PT601 what cannot be."""
    trail = ("budgets", name)
    problems = tuple(
        problem
        for key in ("epsilon", "delta", "per_analyst", "per_department")
        if document.has((*trail, key))
        for problem in _number_problems(key, getattr(written, key), (*trail, key), document)
    )
    yield from problems
    if problems:
        return
    budget = declared_budget(name, written)
    if budget.accountant == "zcdp" and budget.delta == 0:
        message = "`accountant: zcdp` needs a `delta` above 0: what it adds up says nothing of ε without one"
        fixes = (
            "add one, far below one in the number of people: `delta: 1e-6`",
            "or use `accountant: basic`",
        )
        yield Diagnostic("PT601", message, document.value_place((*trail, "accountant")), fixes=fixes)
    for key, limit in (("per_analyst", budget.per_analyst), ("per_department", budget.per_department)):
        if limit is not None and limit > budget.epsilon:
            message = f"`{key}` is above the `epsilon` of its budget: it limits nothing"
            place = document.value_place((*trail, key))
            yield Diagnostic("PT601", message, place, fixes=("lower it, or leave it out",))
    if written.epoch == "":
        place = document.value_place((*trail, "epoch"))
        yield Diagnostic("PT013", "`epoch` is empty", place, "name it, or remove the key")


def _number_problems(
    key: str, value: int | float | str, trail: Trail, document: Document
) -> Iterator[Diagnostic]:
    place, text = document.value_place(trail), document.text(trail)
    if isinstance(value, float) and Decimal(text) != Decimal(str(value)):
        message = f"`{key}` has more digits than a number keeps"
        yield Diagnostic("PT600", message, place, f'write it as text: "{text}"')
        return
    number = _exact(value)
    if key == "delta" and not 0 <= number < 1:
        yield Diagnostic("PT013", "`delta` must be at least 0 and less than 1", place)
    elif key != "delta" and number <= 0:
        yield Diagnostic("PT013", f"`{key}` must be greater than 0", place)


def _exact(value: int | float | str) -> Fraction:
    """Of a float the decimal text that it stands for, not its binary digits."""
    return Fraction(str(value))
