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

Not covered: sums of several unknowns across the nesting (of a block of 16 people, the row of an outcome that
another block has left alone can tell that 2 had it), bounds that follow from counts not being negative,
and what is known of single people from elsewhere. Where people have several events of a type, or none, no
number of people is known but those of the rows, which share no event: no equation links them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Place = tuple[str | None, ...]
Node = tuple[str, int]
REST: Node = ("rest", 0)


@dataclass(frozen=True)
class Row:
    """A row of persona events of the one type."""

    place: Place
    """persona_id and what stands beside it; None or `*` where the level does not keep it."""
    period: str
    outcome: str | None
    people: int


@dataclass(frozen=True)
class Published:
    """Personas with their people, all rows of one type, finest first, and the periods of events."""

    personas: Mapping[Place, int]
    rows: Sequence[Row]
    periods: Sequence[str]
    """The finest ones."""


def includes(coarse: str, fine: str) -> bool:
    """Whether a quarter, a year or all time includes a quarter or a year."""
    return coarse in ("*", fine) or fine.startswith(f"{coarse}-")


def left_of_groups(published: Published) -> list[int]:
    """People of each group of the nesting with rows of its own, less all rows within it."""
    counted: Counter[Place] = Counter()
    for row in published.rows:
        counted[row.place] += row.people
    found = []
    for place, people in counted.items():
        if place[0] is not None:
            found.append(published.personas[place] - people)
            continue
        size = sum(size for persona, size in published.personas.items() if _within(persona, place))
        found.append(size - sum(number for inner, number in counted.items() if _within(inner, place)))
    return found


def _within(inner: Place, outer: Place) -> bool:
    return all(theirs in (None, "*") or ours == theirs for ours, theirs in zip(inner, outer, strict=True))


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
    outcomes = {row.outcome for row in published.rows}
    inside: dict[Place, list[Row]] = defaultdict(list)
    above: list[tuple[int, Row]] = []
    for number, row in enumerate(published.rows):
        if row.place[0] is not None:
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
        for outcome in outcomes:
            reached = [(n, row) for n, row in reach[persona[1:]] if row.outcome == outcome]
            counted = [row.period for row in own if row.outcome == outcome]
            for period in published.periods:
                if any(includes(each, period) for each in counted):
                    continue
                taker = next((n for n, row in reached if includes(row.period, period)), None)
                edges.add((node, REST if taker is None else ("row", taker)))
    return weights, edges


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
