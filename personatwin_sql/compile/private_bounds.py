"""Where the values of measures lie: declared in the model or in the domain, in exact numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from personatwin_sql.compile.aggregate.form import Aggregate, Measure
from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.differential_privacy import Bounds
from personatwin_sql.spec.loaded import Loaded

LEAVE_OUT: Final = "leave it out"


class BoundsReader:
    """Reads `bounds`, `granularity` and `nulls` of `config()`; what is wrong is in `problems`."""

    def __init__(self, parsed: ParsedModel, loaded: Loaded, aggregate: Aggregate) -> None:
        self._parsed = parsed
        self._loaded = loaded
        self._aggregate = aggregate
        self.problems: list[Diagnostic] = []

    def bounds(self) -> Iterator[tuple[str, Bounds]]:
        """Measure → bounds: those of its name, or of the column that it is of."""
        asked, steps, nulls = (self._mapping(key) for key in ("bounds", "granularity", "nulls"))
        used: set[str] = set()
        for measure in self._aggregate.measures:
            if not measure.value:
                continue
            name, step, null = (_named(measure, mapping) for mapping in (asked, steps, nulls))
            used |= {found for found in (name, step, null) if found is not None}
            written_step = steps[step] if step is not None else None
            if name is None:
                bounds = self._bounds_of_domain(measure, written_step)
            else:
                bounds = self._bound(name, asked[name], written_step)
            if bounds is not None:
                yield measure.name, self._with_null(measure, bounds, nulls, null)
        keys = {key.name for key in self._aggregate.keys}
        self._refuse_others("PT613", "bounds", set(asked) - used)
        self._refuse_others("PT613", "granularity", set(steps) - used)
        self._refuse_others("PT651", "nulls", set(nulls) - used - keys)

    def _refuse_others(self, code: str, key: str, names: set[str]) -> None:
        """Names that a mapping speaks of, and the SELECT does not."""
        known = [measure.column for measure in self._aggregate.measures if measure.value]
        for name in sorted(names):
            message = f"`{key}` speaks of `{name}`, which is not measured"
            self._refuse(code, message, key, LEAVE_OUT, label=suggestion(name, known))

    def _with_null(
        self, measure: Measure, bounds: Bounds, nulls: Mapping[str, Any], name: str | None
    ) -> Bounds:
        """With what NULL counts as: the model's word, or else that of the domain; `none` is as SQL has it."""
        asked = nulls[name] if name is not None else None
        if name is None:
            source, column = measure.domain or ("", "")
            found = self._loaded.domain.sources.get(source, {}).get(column)
            asked = None if found is None else found.null_as
        if asked is None:
            return bounds
        value = exact(asked)
        if value is None or not bounds.low <= value <= bounds.high:
            message = f"what NULL in `{measure.column}` counts as is no number within its bounds"
            fix = f"write one: nulls={{'{measure.column}': …}}, or none, as SQL has it: it counts nowhere"
            self._refuse("PT651", message, "nulls" if name is not None else "bounds", fix)
            return bounds
        return replace(bounds, null_as=value)

    def _bounds_of_domain(self, measure: Measure, step: Any) -> Bounds | None:
        """What the domain says of the column that is measured; the model may say otherwise."""
        source, name = measure.domain or ("", "")
        column = self._loaded.domain.sources.get(source, {}).get(name)
        if column is None or column.bounds is None:
            self._no_bounds(measure)
            return None
        return self._bound(measure.column, column.bounds, column.granularity if step is None else step)

    def _no_bounds(self, measure: Measure) -> None:
        fix = f"say it: config(bounds={{'{measure.column}': [0, 100]}}); values beyond count as the bound"
        message = f"where the values of `{measure.name}` lie is not declared, and never read from the data"
        self.problems.append(Diagnostic("PT613", message, measure.place, fixes=(fix,)))

    def _bound(self, name: str, asked: Any, step: Any) -> Bounds | None:
        low, high = asked if isinstance(asked, tuple) and len(asked) == 2 else (None, None)
        ends = [exact(end) for end in (low, high)]
        if ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
            fix = f"write two numbers, the lower one first: bounds={{'{name}': [0, 100]}}"
            self._refuse("PT613", f"`bounds` of `{name}` are no two numbers in order", "bounds", fix)
            return None
        whole = all(end.denominator == 1 for end in ends if end is not None)
        granularity = Fraction(1, 1 if whole else max(end.denominator for end in ends if end is not None))
        if step is not None:
            granularity = exact(step) or Fraction(0)  # what is no number suits no bounds
        bounds = Bounds(ends[0], ends[1], granularity, self._place("bounds"))
        if granularity <= 0 or (ends[1] - ends[0]) / granularity > 2**40 or bounds.lowest >= bounds.highest:
            fix = "take one between a millionth and a tenth of what lies between the bounds"
            self._refuse("PT613", f"`granularity` of `{name}` does not suit its bounds", "granularity", fix)
            return None
        return bounds

    def _mapping(self, key: str) -> Mapping[str, Any]:
        asked = self._parsed.config.get(key, {})
        if not isinstance(asked, Mapping):
            self._refuse(
                "PT651" if key == "nulls" else "PT613",
                f"`{key}` maps columns to values",
                key,
                f"write {key}={{'amount': …}}",
            )
            return {}
        return asked

    def _place(self, key: str) -> Place:
        return self._parsed.places.get(
            key, self._parsed.places.get("protection", Place(self._parsed.path, 1))
        )

    def _refuse(self, code: str, message: str, key: str, *fixes: str, label: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, self._place(key), label=label, fixes=fixes))


def _named(measure: Measure, mapping: Mapping[str, Any]) -> str | None:
    """The name by which a mapping speaks of a measure: its own, or that of the column which it is of."""
    return next((name for name in (measure.name, measure.column) if name in mapping), None)


def exact(value: object) -> Fraction | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value))
        return Fraction(found) if found.is_finite() else None
    except ArithmeticError:
        return None
