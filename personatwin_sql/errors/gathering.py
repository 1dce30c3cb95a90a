"""Several readings whose mistakes are told together, so that one run shows all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from personatwin_sql.errors import ProjectError
from personatwin_sql.errors.diagnostic import Diagnostic

Given = ParamSpec("Given")
Result = TypeVar("Result")


class Gathering:
    """Collects what is wrong until somebody asks for it with `settle`."""

    def __init__(self) -> None:
        self._found: list[Diagnostic] = []

    def attempt(
        self, reading: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
    ) -> Result | None:
        """What the reading returns; None when it raised a ProjectError, whose diagnostics are kept."""
        try:
            return reading(*args, **named)
        except ProjectError as error:
            self.add(error.diagnostics)
            return None

    def add(self, diagnostics: Diagnostic | Iterable[Diagnostic]) -> None:
        found = (diagnostics,) if isinstance(diagnostics, Diagnostic) else diagnostics
        self._found.extend(diagnostic for diagnostic in found if diagnostic not in self._found)

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """What is wrong so far."""
        return tuple(self._found)

    def settled(self, result: Result | None) -> Result:
        """A result of `attempt`, once all that was found is told: raises the ProjectError of `settle`."""
        self.settle()
        if result is None:
            raise LookupError("a reading gave nothing and told no mistake")
        return result

    def settle(self) -> None:
        """Raises one ProjectError with everything that was found; does nothing when nothing was."""
        if self._found:
            raise ProjectError(self._found)
