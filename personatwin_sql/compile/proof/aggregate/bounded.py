"""What each person adds to each group: at most so many rows in each of at most so many groups.

All rows of a person and group are added up first. Who is within the bounds counts as that says. Of others,
groups are chosen; and in those of them that have too many rows, rows are chosen and added up anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from personatwin_sql.compile.proof.aggregate.chosen_groups import read_chosen_groups
from personatwin_sql.compile.proof.aggregate.chosen_rows import read_chosen_rows
from personatwin_sql.compile.proof.aggregate.contributions import Rows
from personatwin_sql.compile.proof.aggregate.gathered import IsPublic, Step, read_gathered
from personatwin_sql.compile.proof.aggregate.person_columns import PersonColumn, person_column
from personatwin_sql.compile.proof.proof import need
from personatwin_sql.frozen import dataclass


@dataclass(frozen=True)
class Bounded:
    """One row a person and group, of at most `rows` rows; at most `groups` rows a person."""

    relation: str
    person: str
    keys: tuple[str, ...]
    columns: Mapping[str, PersonColumn]
    rows: int
    groups: int
    public: str | None
    """The relation of public keys that rows outside of were left out by."""


def read_bounded(steps: list[Step], rows: Rows, first: str, is_public: IsPublic) -> Bounded:
    """The WITH queries after the contributions, in their order."""
    need(len(steps) == 6, "contributions are not bounded in the six steps that are understood")
    one, crowded, ranked, chosen, numbered, bounded = steps
    need(one.is_kept, "rows are gathered anew by each that reads them: a person could count in both branches")
    gathered = read_gathered(one, rows, first, is_public)
    groups = read_chosen_groups(crowded, ranked, chosen, rows, gathered)
    limit = read_chosen_rows(numbered, bounded, rows, gathered, first, chosen.name)
    columns = {
        name: person_column(total, rows, gathered.relation, limit) for name, total in gathered.totals.items()
    }
    return Bounded(bounded.name, rows.person, rows.keys, columns, limit, groups, gathered.public)
