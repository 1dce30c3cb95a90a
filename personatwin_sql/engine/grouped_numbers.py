"""Numbers that are published as those of groups: read, grouped inside of classes, and tabled."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from personatwin_sql.compile.model import CompiledModel, PublishedColumn
from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.session import Session
from personatwin_sql.errors import Diagnostic, Place, Withheld
from personatwin_sql.frozen import dataclass
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.numbers import Shares
from personatwin_sql.privacy.recoding.grouped import Centre, grouped, information_lost, mean, median
from personatwin_sql.privacy.recoding.recoding import Recoding
from personatwin_sql.spec.microaggregate import Microaggregate

_CENTRES = {"mean": mean, "median": median}


@dataclass(frozen=True)
class GroupedNumbers:
    """columns: by place among the quasi-identifiers. centres: (classes, columns), the number that each class
    publishes, NaN where that is `*`. lost: (columns,), SSE ÷ SST, for the owner."""

    columns: tuple[tuple[int, Microaggregate], ...]
    centres: Shares
    lost: tuple[float, ...]


def with_groups(
    session: Session, model: CompiledModel, frequency: FrequencySet, recoding: Recoding, demand: Demand
) -> tuple[Recoding, GroupedNumbers]:
    """The recoding with its classes cut into groups; raises Withheld PT391 where a number is not known."""
    columns = tuple(
        (place, column.microaggregate)
        for place, column in enumerate(model.quasi_identifiers)
        if column.microaggregate is not None
    )
    own = np.column_stack([_numbers(session, model, frequency, place) for place, _ in columns])
    centres = [_published(how) for _, how in columns]
    found = grouped(frequency, recoding, own, centres, demand.models, demand.max_average_risk)
    told = np.full_like(own, np.nan)
    kept = found.recoding.classes >= 0
    told[kept] = found.centres[found.recoding.classes[kept]]
    lost = information_lost(own, told, frequency.people)
    return found.recoding, GroupedNumbers(columns, found.centres, tuple(map(float, lost)))


def write_numbers(
    session: Session, model: CompiledModel, numbers: GroupedNumbers, ranges: Sequence[int]
) -> tuple[int, ...]:
    """Table the numbers of classes beside the `ranges` there are; the columns of both, by place."""
    table = f"private.{identifier(model.name + '__ranges')}"
    if not ranges:
        session.run(
            f"CREATE OR REPLACE TABLE {table} (class BIGINT, place INTEGER, text VARCHAR)", model.name
        )
    for (place, how), centres in zip(numbers.columns, numbers.centres.T, strict=True):
        classes = np.flatnonzero(np.isfinite(centres))
        session.rows(
            f"INSERT INTO {table} SELECT unnest(CAST(? AS BIGINT[])), {place}, unnest(CAST(? AS VARCHAR[]))",
            [classes.tolist(), [how.text(number) for number in centres[classes].tolist()]],
            model.name,
        )
    return (*ranges, *(place for place, _ in numbers.columns))


def is_number_of_group(column: PublishedColumn, place: int, text: str) -> str:
    """SQL that says whether a text is the number of the group, as `centres_of_classes` counts it anew."""
    how = column.microaggregate
    if how is None:
        return "FALSE"
    near = f"0.5000001 * {how.step!r} + 1e-12 * centres.scale_{place}"
    return (
        f"coalesce(centres.is_known_{place} AND "
        f"abs(TRY_CAST({text} AS DOUBLE) - centres.centre_{place}) <= {near}, FALSE)"
    )


def centres_of_classes(columns: Sequence[tuple[int, PublishedColumn]]) -> str:
    """A query of `own`, people by class and own values: the number of each class, whether all have one."""
    ordered = ", ".join(
        f"CAST({identifier(column.name)} AS DOUBLE) AS own_{place}, "
        f"sum(people) OVER (PARTITION BY class_id ORDER BY CAST({identifier(column.name)} AS DOUBLE)) "
        f"AS upto_{place}"
        for place, column in columns
    )
    found = ", ".join(_of_class(column, place) for place, column in columns)
    return f"""SELECT class_id, {found}
        FROM (
            SELECT class_id, people, sum(people) OVER (PARTITION BY class_id) AS class_size, {ordered}
            FROM own
        ) GROUP BY class_id"""


def _of_class(column: PublishedColumn, place: int) -> str:
    own = f"own_{place}"
    by = column.microaggregate.by if column.microaggregate is not None else "mean"
    centre = f"sum({own} * people) / sum(people)"
    if by == "median":
        lower = f"min({own}) FILTER (WHERE upto_{place} * 2 >= class_size)"
        centre = f"({lower} + min({own}) FILTER (WHERE upto_{place} * 2 > class_size)) / 2"
    return (
        f"bool_and(coalesce(isfinite({own}), FALSE)) AS is_known_{place}, "
        f"max(abs({own})) AS scale_{place}, {centre} AS centre_{place}"
    )


def _published(how: Microaggregate) -> Centre:
    centre = _CENTRES[how.by]
    return lambda values, people: float(how.text(centre(values, people)))


def _numbers(session: Session, model: CompiledModel, frequency: FrequencySet, place: int) -> Shares:
    """(tuples,), NaN for NULL and what is not finite."""
    column = model.quasi_identifiers[place]
    values = f"private.{identifier(f'{model.name}__values_{place}')}"
    number = f"coalesce(CAST({identifier(column.name)} AS DOUBLE), 'NaN'::DOUBLE)"
    arrays = session.arrays(f"SELECT {number} AS number FROM {values} ORDER BY value_code")
    numbers = np.asarray(arrays["number"], dtype=np.float64)
    is_rolled_up = bool(frequency.lowest) and frequency.lowest[place] > 0
    if is_rolled_up or len(numbers) != frequency.maps[place].shape[1]:
        raise Withheld(
            Diagnostic(
                "PT391",
                f"`{model.name}` withheld: the numbers of `{column.name}` are not told apart, so groups have "
                "no number",
                Place(model.parsed.path, 1),
                fixes=(
                    "select fewer quasi-identifiers: of too many combinations only coarser values are kept",
                    "or leave `microaggregate` out: its hierarchy makes the column coarser",
                ),
            )
        )
    found: Shares = np.where(np.isfinite(numbers), numbers, np.nan)[frequency.codes[:, place]]
    return found
