"""Frozen values like those of `dataclasses`, declared at a tenth of the cost.

The standard decorator writes and compiles six functions for each class, which for all classes of a build is a
tenth of what a small one costs. Here values compare, hash and print by functions that all classes share, and
only the constructor is compiled: for a class of which many values are made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError, fields
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

__all__ = ["dataclass", "replace"]

Value = TypeVar("Value")
Values = Callable[[Any], tuple[Any, ...]]

_FEW = 30
"""To compile a constructor takes as long as to make so many values without one."""
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
    """A constructor that takes what is given as it comes, and compiles another for a class of many values.

    Whatever does not fit is left to that other, which says what is wrong as Python does.
    """
    names = tuple(field.name for field in declared)
    known = frozenset(names)
    made = 0

    def construct(self: object, *values: object, **named: object) -> None:
        nonlocal made
        made += 1
        if made <= _FEW and len(values) <= len(names) and known.issuperset(named):
            given = dict(zip(names, values, strict=False))
            if given.keys().isdisjoint(named):
                given |= named
                for field in declared:
                    if field.name not in given:
                        if field.default is not MISSING:
                            given[field.name] = field.default
                        elif field.default_factory is not MISSING:
                            given[field.name] = field.default_factory()
                if len(given) == len(names):
                    self.__dict__.update(given)
                    return
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
    from dataclasses import dataclass, replace
else:

    def replace(value, /, **changes):
        """`dataclasses.replace` for a value of a class that is declared here."""
        cls = value.__class__
        fields_of = cls.__dataclass_fields__
        if not changes.keys() <= fields_of.keys():
            raise TypeError(f"no field of {cls.__name__}: {min(changes.keys() - fields_of.keys())}")
        changed, state = object.__new__(cls), value.__dict__
        changed.__dict__.update({name: state[name] for name in fields_of}, **changes)
        return changed

    def dataclass(*, frozen: bool):
        """`@dataclass(frozen=True)`, and nothing else: what changes is not declared here."""
        if not frozen:
            raise TypeError("only frozen values are declared here")
        return _frozen
