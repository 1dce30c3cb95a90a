"""Frozen values like those of `dataclasses`, declared at a tenth of the cost.

The standard decorator writes and compiles six functions for each class, which for all classes of a build is a
tenth of what a small one costs. Here values compare, hash and print by functions that all classes share, and
only the constructor is compiled: when the first value of a class is made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

__all__ = ["dataclass"]

Value = TypeVar("Value")
Values = Callable[[Any], tuple[Any, ...]]

_MADE: Any = object()
"""Stands in a signature where a value is made by a factory."""


def _frozen(cls: type[Value]) -> type[Value]:
    """What `dataclasses.dataclass(frozen=True)` makes of a class, with functions that are not its own."""
    cls.__doc__ = cls.__doc__ or f"A frozen {cls.__name__}."  # else its signature is worked out for one
    dataclasses.dataclass(init=False, repr=False, eq=False)(cls)
    declared = fields(cls)  # type: ignore[arg-type]  # it was made a dataclass in the line before
    compared = _values(tuple(field.name for field in declared if field.compare))
    hashed = _values(
        tuple(field.name for field in declared if (field.compare if field.hash is None else field.hash))
    )
    shown = tuple(field.name for field in declared if field.repr)

    def equal(self: object, other: object) -> bool:
        return compared(self) == compared(other) if other.__class__ is self.__class__ else NotImplemented

    def hash_of(self: object) -> int:
        return hash(hashed(self))

    @recursive_repr()
    def text(self: object) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in shown)
        return f"{self.__class__.__qualname__}({values})"

    given = {
        "__init__": _late_constructor(cls, declared),
        "__eq__": equal,
        "__repr__": text,
        "__setattr__": _set,
        "__delattr__": _delete,
    }
    for name, function in given.items():
        if name not in cls.__dict__:
            setattr(cls, name, function)
    if cls.__dict__.get("__hash__") is None:
        cls.__hash__ = hash_of  # type: ignore[method-assign]  # as `dataclasses` does
    return cls


def _values(names: tuple[str, ...]) -> Values:
    """Reads attributes into a tuple, also where there are none, or one."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple(getattr(value, name) for name in names)


def _set(_: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delete(_: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _late_constructor(cls: type, declared: tuple[Field[Any], ...]) -> Callable[..., None]:
    """A constructor that first makes the one that takes its place."""

    def construct(self: object, *values: object, **named: object) -> None:
        constructor = _constructor(cls, declared)
        if cls.__dict__.get("__init__") is construct:
            cls.__init__ = constructor  # type: ignore[misc]  # of this class alone, as made
        constructor(self, *values, **named)

    return construct


def _constructor(cls: type, declared: tuple[Field[Any], ...]) -> Callable[..., None]:
    """`__init__` with the fields' names and defaults as its signature."""
    known: dict[str, Any] = {"_put": object.__setattr__, "_made": _MADE}
    parameters, lines = ["self"], []
    for field in declared:
        name, value = field.name, field.name
        if field.default_factory is not MISSING:
            known[f"_new_{name}"] = field.default_factory
            parameters.append(f"{name}=_made")
            value = f"_new_{name}() if {name} is _made else {name}"
        elif field.default is not MISSING:
            known[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f"    _put(self, {name!r}, {value})")
    source = f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or ["    pass"])
    exec(source, known)  # noqa: S102  names of our own fields, as `dataclasses` does it
    constructor: Callable[..., None] = known["__init__"]
    constructor.__qualname__ = f"{cls.__qualname__}.__init__"
    return constructor


if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, frozen: bool):
        """`@dataclass(frozen=True)`, and nothing else: what changes is not declared here."""
        if not frozen:
            raise TypeError("only frozen values are declared here")
        return _frozen
