"""Reads the tests that stand under models, columns and tables of sources, in the form that dbt has."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from personatwin_sql.errors import Diagnostic, Place, ProjectError
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import closest, listed
from personatwin_sql.frozen import dataclass
from personatwin_sql.spec.data_test import (
    KINDS,
    OF_COLUMNS,
    OF_MODELS,
    DataTest,
    LDiversity,
    WrittenConfig,
    WrittenFrame,
)
from personatwin_sql.spec.document import Document, Plain, Trail
from personatwin_sql.spec.validation import validated

FRAME = tuple(WrittenFrame.model_fields)
LISTS = ("tests", "data_tests")
_CONFIG = tuple(WrittenConfig.model_fields)
_RELATION_NAMES = re.compile(r"['\"]([A-Za-z0-9_]+)['\"]")


@dataclass(frozen=True)
class Tested:
    """What a list of tests stands under."""

    node: str
    column: str | None = None

    def name_of(self, kind: str) -> str:
        """The name of a test that nobody named: `not_null_stg_people_person_id`."""
        words = (kind, *self.node.split("."), *((self.column,) if self.column else ()))
        return re.sub(r"\W+", "_", "_".join(words))


def read_tests(
    document: Document, owner: Trail, tested: Tested, own: Collection[str], gathering: Gathering
) -> Iterator[DataTest]:
    """The tests in the mapping at `owner`; `own` are the kinds that macros of the project add.

    What is wrong is gathered: PT01x for the form, PT090 an unknown kind, PT091 an entry that is no test,
    PT092 a kind in the wrong place, PT093 arguments that do not go together. Disabled tests are checked too.
    """
    present = [name for name in LISTS if document.has((*owner, name))]
    if len(present) > 1:
        place = document.key_place((*owner, "data_tests"))
        gathering.add(Diagnostic("PT091", "`tests` and `data_tests` are the same list: keep one", place))
    for name in present:
        entries = document.value((*owner, name))
        for index in range(len(entries) if isinstance(entries, tuple) else 0):
            found = gathering.attempt(_read, document, (*owner, name, index), tested, own)
            if found is not None:
                yield found


def relation_name(written: str) -> str:
    """`ref('a')` → `a`, `source('b', 'c')` → `b.c`."""
    return ".".join(_RELATION_NAMES.findall(written))


def _read(document: Document, trail: Trail, tested: Tested, own: Collection[str]) -> DataTest | None:
    """None for a test that is switched off."""
    entry = document.value(trail)
    place = document.value_place(trail)
    kind: str
    if isinstance(entry, str):
        kind, arguments = entry, trail
    else:
        keys = tuple(entry) if isinstance(entry, dict) else ()
        if len(keys) != 1:
            label = f"write `- {keys[0]}: {{…}}`" if keys else None
            raise ProjectError(
                Diagnostic("PT091", "an entry is one test: its kind, then what it is given", place, label)
            )
        kind, arguments = keys[0], (*trail, keys[0])
        place = document.key_place(arguments)
    _check_kind(kind, place, tested, own)
    if isinstance(entry, str):
        frame = _bare(kind, place)
        return _test(document, None, kind, frame, {}, place, tested)
    document = _lifted(document, arguments)
    _refuse_misplaced_config(document, arguments)
    model = KINDS.get(kind)
    given: Mapping[str, Plain] = {}
    if model is None:
        document, given = _free(document, arguments)
        model = WrittenFrame
    frame = validated(model, document, arguments)
    return _test(document, arguments, kind, frame, given, place, tested)


def _check_kind(kind: str, place: Place, tested: Tested, own: Collection[str]) -> None:
    known = (*KINDS, *own)
    if kind not in known:
        match = closest(kind, known)
        label = f"did you mean `{match}`?" if match else None
        fixes = () if match else (f"one of {listed(known)}", f"or write your own: macros/test_{kind}.sql")
        raise ProjectError(Diagnostic("PT090", f"there is no test `{kind}`", place, label, fixes))
    if kind in OF_COLUMNS and tested.column is None:
        label = "write it under `columns:`"
        raise ProjectError(Diagnostic("PT092", f"`{kind}` is a test of one column", place, label))
    if kind in OF_MODELS and tested.column is not None:
        label = "write it beside `columns:`"
        raise ProjectError(Diagnostic("PT092", f"`{kind}` is a test of a model", place, label))


def _bare(kind: str, place: Place) -> WrittenFrame:
    """A test of which nothing is written but its kind."""
    model = KINDS.get(kind, WrittenFrame)
    needed = [name for name, field in model.model_fields.items() if field.is_required()]
    if needed:
        label = f"write {kind}: {{{', '.join(f'{name}: …' for name in needed)}}}"
        raise ProjectError(Diagnostic("PT010", f"`{kind}` lacks {listed(needed)}", place, label))
    return model()


def _test(
    document: Document,
    trail: Trail | None,
    kind: str,
    frame: WrittenFrame,
    given: Mapping[str, Plain],
    place: Place,
    tested: Tested,
) -> DataTest | None:
    _check_together(frame, document, trail, place)
    if not frame.config.enabled:
        return None
    values = frame.model_dump(exclude=set(FRAME)) or given
    tags = frame.config.tags
    places = {} if trail is None else {name: document.value_place((*trail, name)) for name in values}
    if trail is not None and frame.config.where is not None:
        places["where"] = document.value_place((*trail, "config", "where"))
    return DataTest(
        name=frame.name or tested.name_of(kind),
        kind=kind,
        node=tested.node,
        column=tested.column,
        arguments=values,
        place=place,
        places=places,
        severity=frame.config.severity,
        where=frame.config.where,
        tags=(tags,) if isinstance(tags, str) else tags,
        description=frame.description,
    )


def _check_together(frame: WrittenFrame, document: Document, trail: Trail | None, place: Place) -> None:
    if not isinstance(frame, LDiversity):
        return
    if frame.kind == "recursive" and frame.c is None:
        label = "add `c: 2`, or another number"
        raise ProjectError(Diagnostic("PT093", "recursive (c, l)-diversity needs `c`", place, label))
    if frame.kind != "recursive" and frame.c is not None and trail is not None:
        where = document.value_place((*trail, "c"))
        label = "leave it out, or write `kind: recursive`"
        raise ProjectError(Diagnostic("PT093", f"{frame.kind} l-diversity has no `c`", where, label))


def _refuse_misplaced_config(document: Document, trail: Trail) -> None:
    written = document.value(trail)
    found = [key for key in written if key in _CONFIG] if isinstance(written, dict) else []
    if found:
        raise ProjectError(
            Diagnostic(
                "PT091",
                f"`{key}` stands under `config:`",
                document.key_place((*trail, key)),
                f"write config: {{{key}: …}}",
            )
            for key in found
        )


def _lifted(document: Document, trail: Trail) -> Document:
    """The document with what stands under `arguments:` (as newer dbt has it) beside it instead."""
    written = document.value(trail)
    inner = written.get("arguments") if isinstance(written, dict) else None
    if not isinstance(written, dict) or not isinstance(inner, dict):
        return document
    twice = [key for key in inner if key in written]
    if twice:
        place = document.key_place((*trail, "arguments", twice[0]))
        raise ProjectError(Diagnostic("PT002", f"key `{twice[0]}` is written twice", place))
    before = (*trail, "arguments")
    outer = {key: value for key, value in written.items() if key != "arguments"}
    return replace(
        _with(document, trail, {**outer, **inner}),
        keys={_without_step(key, before): span for key, span in document.keys.items()},
        values={_without_step(key, before): span for key, span in document.values.items()},
        scalars={_without_step(key, before): text for key, text in document.scalars.items()},
    )


def _without_step(trail: Trail, before: Trail) -> Trail:
    is_inside = trail[: len(before)] == before and len(trail) > len(before)
    return (*before[:-1], *trail[len(before) :]) if is_inside else trail


def _free(document: Document, trail: Trail) -> tuple[Document, Mapping[str, Plain]]:
    """The arguments of a test of the project's own, and the document without them."""
    written = document.value(trail)
    if not isinstance(written, dict):
        return document, {}
    frame = {key: value for key, value in written.items() if key in FRAME}
    return _with(document, trail, frame), {key: value for key, value in written.items() if key not in FRAME}


def _with(document: Document, trail: Trail, value: Plain) -> Document:
    """The document with another value at a trail; places stay."""
    data = _replaced(dict(document.data), trail, value)
    return replace(document, data=data) if isinstance(data, dict) else document


def _replaced(whole: Plain, trail: Trail, value: Plain) -> Plain:
    if not trail:
        return value
    step, rest = trail[0], trail[1:]
    if isinstance(whole, dict):
        return {**whole, str(step): _replaced(whole[str(step)], rest, value)}
    if isinstance(whole, tuple) and isinstance(step, int):
        return (*whole[:step], _replaced(whole[step], rest, value), *whole[step + 1 :])
    return whole
