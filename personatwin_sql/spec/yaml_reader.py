"""Reads YAML strictly: no key twice, no aliases, no tags, no surprises, and every part with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.spec.document import Document, Plain, Span, Trail, place_in
from personatwin_sql.spec.text_file import read_text
from personatwin_sql.spec.yaml_scalar import scalar
from personatwin_sql.spec.yaml_syntax import syntax_diagnostic

MAX_DEPTH = 40
"""Nesting beyond this is no project of a person; it would exhaust the stack of whoever walks it."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")


def read_yaml(file: Path, path: str) -> Document:
    """The file as plain data with places; `path` is how errors call it.

    Raises ProjectError with all that is wrong with the file as YAML (PT001 to PT008).
    """
    return parse_yaml(read_text(file, path), path)


def parse_yaml(text: str, path: str) -> Document:
    """The same for text that is already in memory."""
    lines = tuple(_LINE_BREAK.split(text))
    reading = _Reading(path, lines)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            reading.take(event)
    except yaml.YAMLError as error:
        raise ProjectError((*reading.problems, syntax_diagnostic(error, text, path, lines))) from None
    return reading.document()


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    trail: Trail
    items: dict[str, Plain] | list[Plain]
    key: str | None = None
    """The key whose value comes next."""
    expects_key: bool = False


@dataclass
class _Reading:
    """What was read so far. Without recursion: depth is bounded by `MAX_DEPTH`, not by the stack."""

    path: str
    lines: tuple[str, ...]
    problems: list[Diagnostic] = field(default_factory=list)
    keys: dict[Trail, Span] = field(default_factory=dict)
    values: dict[Trail, Span] = field(default_factory=dict)
    scalars: dict[Trail, str] = field(default_factory=dict)
    root: Plain | None = None
    documents: int = 0
    stack: list[_Open] = field(default_factory=list)

    def take(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.ScalarEvent):
            self._refuse_features(event)
            self._scalar(event)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._refuse_features(event)
            self._open(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            closed = self.stack.pop()
            items = closed.items
            self._put(items if isinstance(items, dict) else tuple(items))
        elif isinstance(event, yaml.AliasEvent):
            self._problem("PT004", "aliases (`*name`) are refused: a value stands where it is used", event)
            self._put("")
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._problem("PT001", "a second document starts here: one file holds one", event)
                raise ProjectError(self.problems)

    def document(self) -> Document:
        if self.root is None and not self.problems:
            raise ProjectError(
                Diagnostic(
                    "PT006",
                    f"`{self.path}` is empty",
                    Place(self.path),
                    fixes=("write it, or remove the file",),
                )
            )
        if not isinstance(self.root, dict) and not self.problems:
            place = self._place(self.values.get((), Span(0, 0, 1)))
            label = "write `key: value` lines"
            raise ProjectError(Diagnostic("PT007", "the file must hold keys and values", place, label))
        if self.problems:
            raise ProjectError(self.problems)
        data = self.root if isinstance(self.root, dict) else {}
        return Document(self.path, data, self.lines, self.keys, self.values, self.scalars)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self.stack and self.stack[-1].expects_key:
            self._key(event)
            return
        is_plain = event.implicit[0]
        value = scalar(event.value) if is_plain else event.value
        trail = self._trail()
        self.values[trail] = self._span(event)
        if value is None:
            if trail:
                self._nothing(trail, event)
            return
        if not isinstance(value, str):
            self.scalars[trail] = event.value
        self._put(value)

    def _key(self, event: yaml.ScalarEvent) -> None:
        parent = self.stack[-1]
        parent.expects_key = False
        parent.key = event.value
        is_plain = event.implicit[0]
        if is_plain and event.value == "<<":
            self._problem("PT004", "merge keys (`<<`) are refused: write out what is meant", event)
        elif is_plain and not isinstance(scalar(event.value), str):
            self._problem("PT003", f"the key `{event.value}` is not text", event, "put it in quotes")
        trail = (*parent.trail, event.value)
        if trail in self.keys:
            first = self._place(self.keys[trail])
            self._problem(
                "PT002", f"key `{event.value}` is written twice", event, f"first on line {first.line}"
            )
            parent.key = f"{event.value} (again)"
            return
        self.keys[trail] = self._span(event)

    def _open(self, event: yaml.MappingStartEvent | yaml.SequenceStartEvent) -> None:
        if self.stack and self.stack[-1].expects_key:
            is_jinja = "{{" in (self._place(self._span(event)).text or "")
            label = "YAML files are no templates: write the value itself" if is_jinja else "put it in quotes"
            self._problem("PT003", "a key must be text, not a list or mapping", event, label)
            raise ProjectError(self.problems)
        if len(self.stack) >= MAX_DEPTH:
            self._problem("PT004", f"nested deeper than {MAX_DEPTH} levels", event)
            raise ProjectError(self.problems)
        trail = self._trail()
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        self.values[trail] = self._span(event)
        self.stack.append(_Open(trail, {} if is_mapping else [], expects_key=is_mapping))

    def _put(self, value: Plain) -> None:
        """The value goes where it is awaited."""
        if not self.stack:
            self.root = value
            return
        parent = self.stack[-1]
        if isinstance(parent.items, list):
            parent.items.append(value)
        elif parent.expects_key:
            parent.key, parent.expects_key = "", False
        else:
            parent.items.setdefault(parent.key or "", value)
            parent.expects_key = True

    def _nothing(self, trail: Trail, event: yaml.ScalarEvent) -> None:
        place = self._place(self.keys.get(trail) or self._span(event))
        name = f"`{trail[-1]}`" if isinstance(trail[-1], str) else "this entry"
        label = "write one, or remove the key" if event.value == "" else "for the text `~`, use quotes"
        self.problems.append(Diagnostic("PT011", f"{name} has no value", place, label))
        self._put("")

    def _refuse_features(
        self, event: yaml.ScalarEvent | yaml.MappingStartEvent | yaml.SequenceStartEvent
    ) -> None:
        if event.anchor is not None:
            self._problem("PT004", "anchors (`&name`) are refused: a value stands where it is used", event)
        if event.tag is not None:
            self._problem("PT004", "tags (`!name`) are refused: the key says what type its value has", event)

    def _trail(self) -> Trail:
        """Of the value that comes next."""
        if not self.stack:
            return ()
        parent = self.stack[-1]
        return (*parent.trail, len(parent.items) if isinstance(parent.items, list) else parent.key or "")

    def _problem(self, code: str, message: str, event: yaml.Event, label: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, self._place(self._span(event)), label))

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:  # marks are only missing from events made by hand
            return Span(0, 0, 1)
        is_one_line = start.line == end.line
        return Span(start.line, start.column, end.column if is_one_line else len(self.lines[start.line]))

    def _place(self, span: Span) -> Place:
        return place_in(self.path, self.lines, span)
