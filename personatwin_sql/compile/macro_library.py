"""The macros of a project: one a file, seeing each other and their arguments, and nothing else."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import cast

from jinja2 import TemplateError, nodes

from personatwin_sql.compile.builtin_code import builtin_code
from personatwin_sql.compile.sandbox import FAILURES, MOST_CHARACTERS, RanAway, Sandbox, diagnostic_of
from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.spec.loaded import Loaded, SqlFile


class Macro:
    """A macro that is read when it is first called."""

    def __init__(self, library: MacroLibrary, file: SqlFile) -> None:
        self._library = library
        self._file = file
        self._function: Callable[..., str] | None = None

    def __call__(self, *values: object, **named: object) -> str:
        if self._function is None:
            self._function = self._library.compiled(self._file)
        written = self._function(*values, **named)
        if len(written) > MOST_CHARACTERS:
            raise RanAway(f"more than {MOST_CHARACTERS:,} characters of SQL")
        return written


class MacroLibrary:
    """All macros of one loaded project."""

    def __init__(self, macros: Mapping[str, SqlFile]) -> None:
        self.files = macros
        self.texts: Mapping[str, str] = {file.path: file.text for file in macros.values()}
        self.macros: Mapping[str, Macro] = {name: Macro(self, file) for name, file in macros.items()}
        self._sandbox = Sandbox()
        self._sandbox.globals.update(self.macros)

    def compiled(self, file: SqlFile) -> Callable[..., str]:
        """The callable macro of a file; raises ProjectError when the file holds anything else."""
        sandbox = self._sandbox
        code = builtin_code(
            file, lambda: sandbox.compile(self._parsed(file), name=file.path, filename=file.path)
        )
        template = sandbox.template_class.from_code(sandbox, code, sandbox.make_globals(None))
        return cast("Callable[..., str]", getattr(template.module, file.name))

    def _parsed(self, file: SqlFile) -> nodes.Template:
        tree = self._sandbox.parse(file.text, name=file.path, filename=file.path)
        problem = _shape(tree, file)
        if problem is not None:
            raise ProjectError(problem)
        return tree

    def problems(self) -> tuple[Diagnostic, ...]:
        """What is wrong with the macro files that the project wrote itself."""
        found: list[Diagnostic] = []
        for file in self.files.values():
            if file.is_builtin:
                continue
            try:
                self._parsed(file)
            except ProjectError as error:
                found.extend(error.diagnostics)
            except TemplateError as error:
                found.append(diagnostic_of(error, self.texts, file.path, tuple(self.files)))
        return tuple(found)

    def arguments(self, name: str) -> tuple[str, ...]:
        """The names of what a macro takes; raises ProjectError when its file holds no macro."""
        (macro,) = self._parsed(self.files[name]).find_all(nodes.Macro)
        return tuple(argument.name for argument in macro.args)

    def begin(self) -> None:
        """Renews the budget of loops: each model and each call has its own."""
        self._sandbox.loops.renew()

    def call(self, name: str, values: Mapping[str, object]) -> str:
        """What a macro writes; raises ProjectError with the place in the macro."""
        self.begin()
        if name not in self.macros:
            raise ProjectError(Diagnostic("PT116", f"there is no macro `{name}`", Place("macros")))
        try:
            return self.macros[name](**values)
        except FAILURES as error:
            known = tuple(self.files)
            raise ProjectError(diagnostic_of(error, self.texts, self.files[name].path, known)) from error


def _shape(tree: nodes.Template, file: SqlFile) -> Diagnostic | None:
    """A macro file holds one macro, named as the file, and nothing beside it."""
    macros = tuple(tree.find_all(nodes.Macro))
    top = [node for node in tree.body if isinstance(node, nodes.Macro)]
    beside = next(
        (node for node in tree.body if not isinstance(node, nodes.Macro) and not _is_blank(node)), None
    )
    fix = f"one macro a file: write {{% macro {file.name}(…) %}} … {{% endmacro %}} alone"
    if len(top) != 1 or len(macros) != 1:
        place = Place(file.path, macros[1].lineno if len(macros) > 1 else 1)
        return Diagnostic("PT116", f"`{file.path}` holds {len(macros)} macros", place, fixes=(fix,))
    if top[0].name != file.name:
        message = f"macro `{top[0].name}` stands in a file named `{file.name}`"
        return Diagnostic("PT116", message, Place(file.path, top[0].lineno), fixes=(fix,))
    if beside is not None:
        return Diagnostic(
            "PT116", "something stands beside the macro", Place(file.path, beside.lineno), fixes=(fix,)
        )
    return None


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


_LIBRARIES: dict[int, tuple[weakref.ref[Loaded], MacroLibrary]] = {}


def environment(loaded: Loaded) -> MacroLibrary:
    """The macros of a project, read once for each `Loaded`."""
    key = id(loaded)
    if key in _LIBRARIES and _LIBRARIES[key][0]() is loaded:
        return _LIBRARIES[key][1]
    library = MacroLibrary(loaded.macros)
    _LIBRARIES[key] = (weakref.ref(loaded, lambda _: _LIBRARIES.pop(key, None)), library)
    return library


def call_macro(loaded: Loaded | MacroLibrary, macro: str, /, **values: object) -> str:
    """The SQL that a macro writes for the values; raises ProjectError with the place in the macro."""
    library = loaded if isinstance(loaded, MacroLibrary) else environment(loaded)
    return library.call(macro, values)
