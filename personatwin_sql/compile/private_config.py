"""`config()` of differentially private models, in exact numbers; what a measure needs is never made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any, Final, get_args

from personatwin_sql.compile.aggregate.form import Aggregate
from personatwin_sql.compile.aggregate.key_kinds import unfit_private_key
from personatwin_sql.compile.null_keys import null_keys
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.compile.private_bounds import LEAVE_OUT, BoundsReader, exact
from personatwin_sql.compile.public_values import MOST_KEYS, WrongKeys, values_of
from personatwin_sql.errors import Diagnostic
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.privacy.accounting.declared import InvalidBudget, delta_of, epsilon_of
from personatwin_sql.spec.budget import Budget
from personatwin_sql.spec.differential_privacy import (
    DifferentialPrivacy,
    Keys,
    KeyValue,
    MechanismName,
    ModelKeys,
    PrivateKeys,
    WrittenKeys,
)
from personatwin_sql.spec.loaded import Loaded

PRIVATE_KEYS: Final = (
    "budget", "epsilon", "delta", "max_groups", "max_rows_per_group", "bounds", "granularity", "nulls",
    "keys", "mechanism", "quantile_share", "intervals", "non_negative", "consistent", "analyst", "department",
)  # fmt: skip
"""What `config()` of such a model may say."""
_MOST: Final = 1_000_000
"""Larger bounds of contributions are no bounds."""
_BY_KEY: Final = ("domain", "written")
"""What `keys` says of each key by itself."""
_FEWER: Final = "list fewer values, or let noise choose: keys='private'"


def read_private(
    parsed: ParsedModel, loaded: Loaded, aggregate: Aggregate, diagnostics: list[Diagnostic]
) -> DifferentialPrivacy | None:
    """The promise of an aggregate; None, and what is wrong in `diagnostics`, where there is no sound one."""
    reader = _Reader(parsed, loaded, aggregate)
    promise = reader.read()
    diagnostics.extend(reader.problems)
    return None if reader.problems else promise


class _Reader(BoundsReader):
    def read(self) -> DifferentialPrivacy | None:
        budget = self._budget()
        epsilon = self._epsilon()
        if budget is None or epsilon is None:
            return None
        delta = self._delta(budget, epsilon)
        bounds = dict(self.bounds())
        return DifferentialPrivacy(
            budget=budget.name,
            epsilon=epsilon,
            delta=delta,
            place=self._place("epsilon"),
            max_groups=self._contribution("max_groups", is_needed=bool(self._aggregate.keys)),
            max_rows_per_group=self._contribution("max_rows_per_group", is_needed=self._counts_rows()),
            bounds=bounds,
            null_keys=null_keys(self._aggregate),
            keys=self._keys(delta),
            mechanism=self._mechanism(),
            quantile_share=self._quantile_share(),
            intervals=self._flag("intervals"),
            non_negative=self._flag("non_negative"),
            consistent=self._flag("consistent"),
            analyst=self._text("analyst"),
            department=self._text("department"),
        )

    def _budget(self) -> Budget | None:
        declared = self._loaded.project.declared_budgets
        asked = self._parsed.config.get("budget")
        if asked is None and len(declared) == 1:
            return next(iter(declared.values()))
        if isinstance(asked, str) and asked in declared:
            return declared[asked]
        if asked is None:
            message = (
                "what this release spends comes from no budget" if not declared else "which budget pays?"
            )
            fix = (
                "declare one in project.yml: budgets: {people: {epsilon: 3, delta: 1e-6}}"
                if not declared
                else f"name it: config(budget='{next(iter(declared))}')"
            )
            self._refuse("PT610", message, "protection", fix)
            return None
        label = suggestion(str(asked), declared)
        self._refuse("PT610", "there is no such budget in project.yml", "budget", label=label)
        return None

    def _epsilon(self) -> Fraction | None:
        asked = self._parsed.config.get("epsilon")
        if asked is None:
            fix = "say what the release may spend: config(epsilon=0.5)"
            self._refuse("PT611", "the privacy loss of this release is not declared", "protection", fix)
            return None
        try:
            return epsilon_of(_number_text(asked))
        except InvalidBudget as error:
            self._refuse("PT611", str(error), "epsilon", "0.1 to 1 is usual for one release")
            return None

    def _delta(self, budget: Budget, epsilon: Fraction) -> Fraction:
        asked = self._parsed.config.get("delta")
        if asked is None:
            return min(budget.delta, budget.delta * epsilon / budget.epsilon)
        try:
            return delta_of(_number_text(asked))
        except InvalidBudget as error:
            self._refuse("PT611", str(error), "delta", "leave it out: the budget's share is taken")
            return budget.delta

    def _contribution(self, key: str, *, is_needed: bool) -> int:
        asked = self._parsed.config.get(key)
        if asked is None:
            if is_needed:
                what = "groups" if key == "max_groups" else "rows of a group"
                fix = f"say it: config({key}=…); rows beyond it are left out, and `plan` says what that costs"
                self._refuse(
                    "PT612", f"in how many {what} one person counts is not declared", "protection", fix
                )
            return 1
        if isinstance(asked, bool) or not isinstance(asked, int) or not 1 <= asked <= _MOST:
            fix = f"write {key}=5: more lets each person count for more, and needs more noise"
            self._refuse("PT612", f"`{key}` is a whole number from 1 to {_MOST:,}", key, fix)
            return 1
        return asked

    def _counts_rows(self) -> bool:
        return any(measure.kind != "people" for measure in self._aggregate.measures)

    def _keys(self, delta: Fraction) -> Keys | None:
        asked = self._parsed.config.get("keys")
        names = [key.name for key in self._aggregate.keys]
        if not names:
            if asked is not None:
                self._refuse("PT614", "`keys` of an aggregate without GROUP BY", "keys", "leave `keys` out")
            return None
        if asked is None:
            fixes = (
                "list them: config(keys={'county': ['North', 'South']}), or keys=ref('counties')",
                "or let noise choose among those that the data have: config(keys='private')",
            )
            self._refuse("PT614", f"which {_listed(names)} there are is not declared", "protection", *fixes)
            return None
        if isinstance(asked, str) and asked not in _BY_KEY:
            self._totals_apart()
        if asked == "private":
            return self._private_keys(delta)
        if isinstance(asked, str) and asked not in _BY_KEY:
            return ModelKeys(asked, self._place("keys"))
        return self._written_keys(asked, names)

    def _totals_apart(self) -> None:
        """Under several sets of keys NULL says that a row is a total: no key may have it as a value."""
        for key in self._aggregate.keys if len(self._aggregate.sets) > 1 else ():
            if key.can_be_null:
                message = (
                    f"`{key.name}` can be NULL, which under several sets of keys says that a row is a total"
                )
                fix = f"group by one that has a value: coalesce({key.sql}, 'unknown') AS known_{key.name}"
                self.problems.append(Diagnostic("PT614", message, key.place, fixes=(fix,)))

    def _private_keys(self, delta: Fraction) -> PrivateKeys | None:
        if delta == 0:
            fix = "give the budget a delta, such as 1e-6, or list the keys"
            self._refuse("PT614", "with delta = 0 no private key is ever released", "keys", fix)
            return None
        for key in self._aggregate.keys:
            unfit = unfit_private_key(key.exact_kind, " ".join(key.sql.split()), key.name)
            if unfit is not None:
                self.problems.append(Diagnostic("PT650", unfit[0], key.place, fixes=unfit[1]))
        return PrivateKeys(self._place("keys"))

    def _written_keys(self, asked: Any, names: Sequence[str]) -> WrittenKeys | None:
        if asked in _BY_KEY:
            asked = dict.fromkeys(names, asked)
        if not isinstance(asked, Mapping) or set(asked) != set(names):
            fix = "write keys={" + ", ".join(f"'{name}': [...]" for name in names) + "}"
            self._refuse(
                "PT614", f"`keys` lists the values of {_listed(names)}, and of nothing else", "keys", fix
            )
            return None
        values: dict[str, tuple[KeyValue | None, ...]] = {}
        for key in self._aggregate.keys:
            try:
                values[key.name] = values_of(key, asked[key.name], self._loaded.domain)
            except WrongKeys as wrong:
                self._refuse("PT614", f"`keys.{key.name}`: {wrong}", "keys", *wrong.fixes)
                return None
            if None in values[key.name] and len(self._aggregate.sets) > 1:
                message = f"`keys.{key.name}` lists NULL, which under several sets of keys is a total"
                self._refuse("PT614", message, "keys", "give it a text: coalesce(…, 'unknown')")
        if prod(len(several) for several in values.values()) > MOST_KEYS:
            self._refuse("PT614", f"these keys have more than {MOST_KEYS:,} combinations", "keys", _FEWER)
            return None
        return WrittenKeys(values, self._place("keys"))

    def _mechanism(self) -> MechanismName:
        asked = self._parsed.config.get("mechanism", "auto")
        known: tuple[MechanismName, ...] = get_args(MechanismName)
        for name in known:
            if asked == name:
                return name
        fix = "leave it out: the one with less noise is taken"
        self._refuse("PT615", f"`mechanism` is one of {', '.join(known)}", "mechanism", fix)
        return "auto"

    def _quantile_share(self) -> Fraction:
        """The declared share; all of ε where nothing else is measured."""
        asked = self._parsed.config.get("quantile_share")
        has = any(measure.kind == "quantile" for measure in self._aggregate.measures)
        others = any(measure.kind != "quantile" for measure in self._aggregate.measures)
        if not has:
            if asked is not None:
                self._refuse(
                    "PT615", "`quantile_share` of an aggregate without quantiles", "quantile_share", LEAVE_OUT
                )
            return Fraction(0)
        if not others and not isinstance(self._parsed.config.get("keys"), str) and asked is None:
            return Fraction(1)
        share = exact(asked) if asked is not None else None
        if share is None or not 0 < share < 1:
            fix = "say which part of ε the quantiles take: config(quantile_share=0.5)"
            message = "quantiles beside other measures need a declared share, above 0 and below 1"
            self._refuse("PT615", message, "quantile_share" if asked is not None else "protection", fix)
            return Fraction(1, 2)
        return share

    def _flag(self, key: str) -> bool:
        asked = self._parsed.config.get(key, False)
        if not isinstance(asked, bool):
            self._refuse("PT615", f"`{key}` is true or false", key, f"write {key}=true, or leave it out")
        return asked is True

    def _text(self, key: str) -> str:
        asked = self._parsed.config.get(key, "")
        if not isinstance(asked, str):
            self._refuse("PT615", f"`{key}` is a name", key, LEAVE_OUT)
            return ""
        return asked


def _number_text(value: object) -> str:
    """A number as it was written, as far as a float keeps it; a boolean is none."""
    return "" if isinstance(value, bool) else str(value)


def _listed(names: Sequence[str]) -> str:
    return " and ".join(f"`{name}`" for name in names)
