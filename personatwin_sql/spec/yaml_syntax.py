"""What YAML's parser complains about, in words that say what to do."""

from __future__ import annotations

import yaml
from yaml.reader import Reader

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.spec.document import Span, place_in

_SAYINGS = (
    ("found character '\\t' that cannot start any token", "a tab indents this line", "use spaces"),
    (
        "mapping values are not allowed",
        "a colon where no key can stand",
        "check the indentation, or quote the text",
    ),
    ("sequence entries are not allowed", "a dash where no list can stand", "begin the list on the next line"),
    ("could not find expected ':'", "a line without a colon", "write `key: value`"),
    ("found unexpected end of stream", "a quotation mark is not closed", "opened here"),
    ("expected ',' or ']'", "a bracket `[` is not closed", "opened here"),
    ("expected ',' or '}'", "a bracket `{` is not closed", "opened here"),
    ("expected <block end>", "the indentation does not match the lines above", "move it under its siblings"),
    ("found incompatible YAML document", "an unknown version of YAML", "leave the line out"),
    ("found unknown escape character", "an unknown escape in double quotes", "use single quotes"),
    ("cannot start any token", "a character that YAML keeps for itself", "put the text in quotes"),
)

_AT_THE_START = {message for _, message, label in _SAYINGS if label in ("opened here", "write `key: value`")}
"""Mistakes that stand where the construct began, not where the parser gave up."""


def syntax_diagnostic(error: yaml.YAMLError, text: str, path: str, lines: tuple[str, ...]) -> Diagnostic:
    """PT001 at the place of the mistake. The words are those of the parser in Python, everywhere the same."""
    error = _error_of_the_python_parser(text) or error
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem is None:
        return _unprintable(text, path, lines)
    mark = error.problem_mark
    known = next((saying for saying in _SAYINGS if saying[0] in error.problem), None)
    message, label = known[1:] if known else (f"not YAML: {error.problem}", None)
    if message in _AT_THE_START and error.context_mark is not None:
        mark = error.context_mark
    if mark is None:
        return Diagnostic("PT001", message, Place(path))
    line = min(mark.line, len(lines) - 1)
    return Diagnostic(
        "PT001", message, place_in(path, lines, Span(line, mark.column, mark.column + 1)), label
    )


def _error_of_the_python_parser(text: str) -> yaml.YAMLError | None:
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as error:
        return error
    return None


def _unprintable(text: str, path: str, lines: tuple[str, ...]) -> Diagnostic:
    found = Reader.NON_PRINTABLE.search(text)
    if found is None:
        return Diagnostic("PT001", "not YAML", Place(path))
    before = text[: found.start()]
    line, column = before.count("\n"), found.start() - (before.rfind("\n") + 1)
    place = place_in(path, lines, Span(line, column, column + 1))
    return Diagnostic("PT001", "a control character", place, "remove it")
