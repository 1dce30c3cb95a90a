"""Descriptions of models and columns in `models/**/*.yml`, in the form that dbt has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Literal

from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.gathering import Gathering
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.document import Document, Trail
from personatwin_sql.spec.home import Home
from personatwin_sql.spec.loaded import ModelProperties
from personatwin_sql.spec.strict import Strict
from personatwin_sql.spec.validation import validated
from personatwin_sql.spec.yaml_reader import read_yaml


class WrittenColumnProperties(Strict):
    name: str
    description: str = ""


class WrittenModelProperties(Strict):
    name: str
    description: str = ""
    columns: tuple[WrittenColumnProperties, ...] | Mapping[str, str] = ()
    """As in dbt, or in short: name → description."""


class WrittenProperties(Strict):
    version: Literal[2] = 2
    """The version of dbt's form that this is."""
    models: tuple[WrittenModelProperties, ...]


def read_properties(
    files: Iterable[Path], home: Home, models: Collection[str] | None
) -> Mapping[str, ModelProperties]:
    """What the files say of each model; `models` are the names there are, None when they are not known.

    Raises ProjectError: PT00x and PT01x for the files' form, PT049 an unknown model, PT002 a model or column
    that is described twice.
    """
    gathering = Gathering()
    found: dict[str, ModelProperties] = {}
    first: dict[str, Place] = {}
    for file in files:
        document = gathering.attempt(read_yaml, file, home.shown(file))
        if document is None:
            continue
        written = gathering.attempt(validated, WrittenProperties, document)
        for index, model in enumerate(written.models if written else ()):
            place = document.value_place(("models", index, "name"))
            if models is not None and model.name not in models:
                label = suggestion(model.name, sorted(models))
                gathering.add(Diagnostic("PT049", f"there is no model `{model.name}`", place, label))
            if model.name in first:
                message = f"the model `{model.name}` is described twice"
                gathering.add(Diagnostic("PT002", message, place, f"first at {first[model.name]}"))
            first.setdefault(model.name, place)
            found[model.name] = ModelProperties(
                model.description, _columns(document, ("models", index, "columns"), model.columns, gathering)
            )
    gathering.settle()
    return found


def _columns(
    document: Document,
    trail: Trail,
    columns: tuple[WrittenColumnProperties, ...] | Mapping[str, str],
    gathering: Gathering,
) -> Mapping[str, str]:
    if isinstance(columns, Mapping):
        return columns
    found: dict[str, str] = {}
    for index, column in enumerate(columns):
        if column.name in found:
            place = document.value_place((*trail, index, "name"))
            gathering.add(Diagnostic("PT002", f"the column `{column.name}` is described twice", place))
        found[column.name] = column.description
    return found
