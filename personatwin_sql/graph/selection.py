"""Selection of nodes as in dbt: names, globs, paths and methods, with `+` and `@` for what hangs on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Final

from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.graph.graph import Graph, Node

_SELECTOR: Final = re.compile(
    r"(?P<at>@)?(?:(?P<up>[0-9]*)(?P<ups>\+))?(?P<body>[^+@]+?)(?:(?P<downs>\+)(?P<down>[0-9]*))?"
)


@dataclass(frozen=True)
class _Selector:
    """One selector between spaces and commas: a method, its value, and how far to follow the graph."""

    text: str
    method: str
    value: str
    at: bool
    up: int | None
    down: int | None

    def of(self, graph: Graph) -> frozenset[str]:
        """The selected ids; raises ProjectError when nothing matches by itself."""
        matches = _METHODS[self.method]
        found = frozenset(id for id, node in graph.nodes.items() if matches(node, self.value))
        if not found:
            raise ProjectError(_nothing(self, graph))
        below = frozenset[str]().union(*(graph.descendants(id) for id in found))
        if self.at:
            every = found | below
            return every.union(*(graph.ancestors(id) for id in every))
        selected = set(found)
        for id in found:
            selected |= graph.ancestors(id, None if self.up == _ALL else self.up) if self.up else frozenset()
            selected |= (
                graph.descendants(id, None if self.down == _ALL else self.down) if self.down else frozenset()
            )
        return frozenset(selected)


_ALL: Final = -1


def select(graph: Graph, chosen: Iterable[str] = (), excluded: Iterable[str] = ()) -> tuple[str, ...]:
    """The ids of selected nodes in build order; everything when nothing is chosen.

    Spaces and separate arguments unite, commas intersect. Raises ProjectError, with all problems at once,
    for a selector that cannot be read or that matches nothing.
    """
    problems: list[Diagnostic] = []
    selected = _union(graph, chosen, problems)
    left_out = _union(graph, excluded, problems)
    if problems:
        raise ProjectError(problems)
    return graph.in_order(
        (frozenset(graph.order) if selected is None else selected) - (left_out or frozenset())
    )


def _union(graph: Graph, arguments: Iterable[str], problems: list[Diagnostic]) -> frozenset[str] | None:
    terms = [term for argument in arguments for term in argument.split()]
    if not terms:
        return None
    united: frozenset[str] = frozenset()
    for term in terms:
        try:
            parts = [_read(part).of(graph) for part in term.split(",")]
        except ProjectError as error:
            problems.extend(error.diagnostics)
            continue
        common = frozenset.intersection(*parts)
        if not common:
            fix = "a comma keeps what both select; a space keeps what either selects"
            problems.append(
                Diagnostic("PT121", f"`{term}` selects nothing: its parts share no node", fixes=(fix,))
            )
        united |= common
    return united


def _read(text: str) -> _Selector:
    found = _SELECTOR.fullmatch(text)
    if found is None or (found["at"] and (found["ups"] or found["downs"])):
        fix = "write a name, a glob, `path:models/release`, `+up`, `down+`, `2+x+1` or `@x`"
        raise ProjectError(Diagnostic("PT122", f"`{text}` cannot be read as a selector", fixes=(fix,)))
    method, colon, value = found["body"].partition(":")
    if not colon:
        is_path = "/" in method or method.endswith((".sql", ".yml"))
        method, value = ("path" if is_path else "name"), method
    if method not in _METHODS or not value:
        label = suggestion(method, (name for name in _METHODS if name != "name"))
        message = f"`{text}`: there is no way to select by `{method}`" if value else f"`{text}` names nothing"
        raise ProjectError(Diagnostic("PT122", message, label=label))
    return _Selector(
        text=text,
        method=method,
        value=value,
        at=bool(found["at"]),
        up=int(found["up"] or _ALL) if found["ups"] else 0,
        down=int(found["down"] or _ALL) if found["downs"] else 0,
    )


def _by_name(node: Node, value: str) -> bool:
    return fnmatchcase(node.id, value) and (node.kind != "source" or node.id == value)


def _by_path(node: Node, value: str) -> bool:
    value = value.removeprefix("./").rstrip("/")
    return node.path == value or node.path.startswith(f"{value}/") or fnmatchcase(node.path, value)


def _by_protection(node: Node, value: str) -> bool:
    return fnmatchcase(node.protection or "none", value)


def _by_source(node: Node, value: str) -> bool:
    is_match = fnmatchcase(node.id, value) or fnmatchcase(node.id, f"{value}.*")
    return node.kind == "source" and is_match


_METHODS: Final[Mapping[str, Callable[[Node, str], bool]]] = {
    "name": _by_name,
    "path": _by_path,
    "resource_type": lambda node, value: node.kind == value,
    "protection": _by_protection,
    "config.protection": _by_protection,
    "source": _by_source,
    "tag": lambda node, value: any(fnmatchcase(tag, value) for tag in node.tags),
    "test_type": lambda node, value: node.test_type == value,
}


def _nothing(selector: _Selector, graph: Graph) -> Diagnostic:
    nodes = graph.nodes.values()
    options = {
        "name": [node.id for node in nodes],
        "path": [node.path for node in nodes],
        "resource_type": ["source", "model", "test", "unit_test"],
        "tag": [tag for node in nodes for tag in node.tags],
        "test_type": ["generic", "singular", "unit"],
        "source": [node.id for node in nodes if node.kind == "source"],
    }.get(selector.method, [node.protection for node in nodes if node.protection])
    label = suggestion(selector.value, sorted({option for option in options if option}))
    return Diagnostic("PT121", f"`{selector.text}` selects nothing", label=label)
