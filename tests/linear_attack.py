"""What anybody can work out from a release by adding and subtracting its counts of people.

The best case of an adversary: everybody has exactly one event of a type, whatever its outcome, and it is
known. Then the events of that type are the people. Unknown is how many people of persona p had outcome o in
period t. What is published are sums of these: `personas.people` (all of p), and each row (its outcome, its
period, its persona, block or what else it keeps, less what finer rows count). `people_public` and
`persona_patterns` add no equation about events: classes are sums of personas, and patterns are made of the
rows of one persona.

*Along the nesting* (`left_of_groups`): rows of a persona are disjoint parts of it, personas of a block and
age are disjoint, these of a block, and so on up to everybody; a row of a group is disjoint from the rows
inside of it. The family of groups is laminar, so a difference of a group and what is published within it is
made of the smallest ones: a group less all rows that lie in it. There is one a group: all are enumerated.

*Across it* (`isolated_cells`): what is left of a persona is split among rows of coarser groups, which are
split among personas. Each unknown stands in at most two equations, one of a persona and one of a row, so the
system is that of a bipartite graph, with one more node for what no row counts. Row reduction of such a system
is a spanning forest: a single unknown is fixed exactly where its edge is a bridge with a side on which every
node has its equation (Gusfield 1988); its value is the personas of that side less its rows, or the reverse.

*Sums of several unknowns* (`fewest_in_sums`): a sum that the equations fix has one value in all their
solutions, so any solution will do to find it. One is found from what is published alone, as in a
transportation problem; the smallest sum above 0 is then a cut of the graph.

Not covered: bounds that follow from counts not being negative, and what is known of single people from
elsewhere. Where people have several events of a type, or none, no number of people is known but those of the
rows, which share no event: no equation links them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from personatwin_sql.privacy.sums import fewest_people

Place = tuple[str | None, ...]
HIDDEN = "(hidden)"
"""What a level does not keep; None and `*` are values of personas."""
Node = tuple[str, int]
REST: Node = ("rest", 0)


@dataclass(frozen=True)
class Row:
    """A row of persona events of the one type."""

    place: Place
    """persona_id and what stands beside it, as `place_of` has it."""
    period: str | None
    """None where events have no date."""
    outcome: str | None
    people: int


@dataclass(frozen=True)
class Published:
    """Personas with their people, all rows of one type, finest first, and what is known to have happened."""

    personas: Mapping[Place, int]
    rows: Sequence[Row]
    kinds: Sequence[tuple[str | None, str | None]]
    """Each outcome and finest period that an event has: of the best adversary, who knows them."""


def place_of(level: str, columns: Sequence[str], values: Sequence[str | None]) -> Place:
    """What a level keeps; the columns are persona_id, those of the block, and the age."""
    kept = {
        "persona": columns,
        "block_age": columns[1:],
        "block": columns[1:-1],
        "everyone": (),
        columns[-2]: columns[-2:-1],
    }[level.removesuffix("_all_time").removesuffix("_year").removesuffix("_quarter").removesuffix("_month")]
    return tuple(value if name in kept else HIDDEN for name, value in zip(columns, values, strict=True))


def includes(coarse: str | None, fine: str | None) -> bool:
    """Whether a quarter, a year or all time includes a month, a quarter or a year."""
    if coarse in ("*", fine) or coarse is None or fine is None:
        return coarse in ("*", fine)
    year, _, quarter = coarse.partition("-Q")
    if quarter and "Q" not in fine:
        return fine.startswith(f"{year}-") and (int(fine[5:]) + 2) // 3 == int(quarter)
    return fine.startswith(f"{coarse}-")


def left_of_groups(published: Published) -> list[int]:
    """People of each group of the nesting with rows of its own, less all rows within it."""
    counted: Counter[Place] = Counter()
    for row in published.rows:
        counted[row.place] += row.people
    found = []
    for place, people in counted.items():
        if place[0] != HIDDEN:
            found.append(published.personas[place] - people)
            continue
        size = sum(size for persona, size in published.personas.items() if _within(persona, place))
        found.append(size - sum(number for inner, number in counted.items() if _within(inner, place)))
    return found


def _within(inner: Place, outer: Place) -> bool:
    return all(theirs in (HIDDEN, ours) for ours, theirs in zip(inner, outer, strict=True))


def isolated_cells(published: Published) -> list[int]:
    """How many people stand behind each single unknown that the equations fix."""
    weights, edges = _graph(published)
    neighbours: dict[Node, set[Node]] = defaultdict(set)
    for one, other in edges:
        neighbours[one].add(other)
        neighbours[other].add(one)
    return [people for people in _bridges(neighbours, weights) if people]


def _graph(published: Published) -> tuple[dict[Node, int], set[tuple[Node, Node]]]:
    """The nodes with what is published of them, and which persona may stand behind which row."""
    weights: dict[Node, int] = {}
    edges: set[tuple[Node, Node]] = set()
    inside: dict[Place, list[Row]] = defaultdict(list)
    above: list[tuple[int, Row]] = []
    for number, row in enumerate(published.rows):
        if row.place[0] != HIDDEN:
            inside[row.place].append(row)
        else:
            above.append((number, row))
            weights["row", number] = row.people
    reach: dict[Place, list[tuple[int, Row]]] = {}
    for number, (persona, size) in enumerate(published.personas.items()):
        own = inside[persona]
        left = size - sum(row.people for row in own)
        if not left:
            continue
        node = ("persona", number)
        weights[node] = left
        if persona[1:] not in reach:
            reach[persona[1:]] = [(n, row) for n, row in above if _within(persona, row.place)]
        for outcome, period in published.kinds:
            if any(row.outcome == outcome and includes(row.period, period) for row in own):
                continue
            rows = (
                n for n, row in reach[persona[1:]] if row.outcome == outcome and includes(row.period, period)
            )
            taker = next(rows, None)
            edges.add((node, REST if taker is None else ("row", taker)))
    return weights, edges


def fewest_in_sums(published: Published, k_event: int) -> int:
    """The smallest number above 0, up to `k_event`, that any sum of unknowns is fixed to."""
    weights, edges = _graph(published)
    personas = sorted(node for node in weights if node[0] == "persona")
    rows = sorted(node for node in weights if node[0] == "row")
    may = np.zeros((len(personas), len(rows) + 1), dtype=bool)
    person, place = ({node: n for n, node in enumerate(nodes)} for nodes in (personas, [REST, *rows]))
    for one, other in edges:
        may[person[one], place[other]] = True
    people = transported(
        may, np.array([weights[node] for node in personas]), np.array([weights[node] for node in rows])
    )
    at = np.nonzero(may)
    return fewest_people((at[0] + 1).tolist(), at[1].tolist(), people[at].tolist(), k_event)


def transported(
    may: npt.NDArray[np.bool_], left: npt.NDArray[np.int64], counted: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """(personas, rows): numbers of people that agree with what personas leave and rows count.

    Row 0 takes whoever is in no other. Rows are filled in turn, by as many steps from persona to persona as
    it takes. Raises AssertionError where no numbers agree: then rows are not what they are said to be.
    """
    people = np.zeros(may.shape, dtype=np.int64)
    free = left.copy()
    demand = [int(left.sum() - counted.sum()), *map(int, counted)]
    assert demand[0] >= 0
    for row in sorted(range(len(demand)), key=lambda row: int(may[:, row].sum())):
        missing = demand[row]
        for persona in np.flatnonzero(may[:, row]):
            taken = min(missing, int(free[persona]))
            people[persona, row] += taken
            free[persona] -= taken
            missing -= taken
        while missing:
            missing -= _moved(may, people, free, row, missing)
    return people


def _moved(
    may: npt.NDArray[np.bool_],
    people: npt.NDArray[np.int64],
    free: npt.NDArray[np.int64],
    row: int,
    most: int,
) -> int:
    """Moves people into a row, each from a row that takes another for them, and so on; gives how many."""
    came: dict[int, tuple[int, int]] = {}
    waiting = [row]
    for place in waiting:
        for persona in map(int, np.flatnonzero(may[:, place])):
            if free[persona]:
                path = [(persona, place)]
                while path[-1][1] != row:
                    path.append(came[path[-1][1]])
                width = min(
                    most,
                    int(free[persona]),
                    *(int(people[p, path[n][1]]) for n, (p, _) in enumerate(path[1:])),
                )
                free[persona] -= width
                people[persona, place] += width
                for n, (between, to) in enumerate(path[1:]):
                    people[between, path[n][1]] -= width
                    people[between, to] += width
                return width
            for other in map(int, np.flatnonzero(people[persona])):
                if other != place and other not in came and other != row:
                    came[other] = (persona, place)
                    waiting.append(other)
    raise AssertionError("no numbers of people agree with what is published")


def _bridges(neighbours: Mapping[Node, set[Node]], weights: Mapping[Node, int]) -> list[int]:
    """The values of all bridges that are fixed, by one walk in depth (Tarjan 1974)."""
    values: list[int] = []
    order: dict[Node, int] = {}
    roots = ([REST] if REST in neighbours else []) + [node for node in neighbours if node != REST]
    for root in roots:
        if root in order:
            continue
        order[root] = len(order)
        low = {root: order[root]}
        sums = {root: _signed(root, weights)}
        stack = [(root, root, iter(neighbours[root]))]
        while stack:
            node, parent, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                if stack:
                    low[parent] = min(low[parent], low[node])
                    if low[node] > order[parent]:  # below a bridge lies no REST: that is a root
                        values.append(abs(sums[node]))
                    sums[parent] += sums[node]
            elif following not in order:
                order[following] = len(order)
                low[following] = order[following]
                sums[following] = _signed(following, weights)
                stack.append((following, node, iter(neighbours[following])))
            elif following != parent:
                low[node] = min(low[node], order[following])
    return values


def _signed(node: Node, weights: Mapping[Node, int]) -> int:
    """People of personas count up, those of rows count down."""
    return weights.get(node, 0) * (-1 if node[0] == "row" else 1)
