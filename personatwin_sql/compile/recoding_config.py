"""`recoding` and `suppression` of a k_anonymity model, resolved: project < model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeVar, get_args

from personatwin_sql.compile.parsed_model import ParsedModel
from personatwin_sql.errors import Diagnostic, Place
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.spec.loaded import Loaded
from personatwin_sql.spec.privacy_models import DeclaredModel
from personatwin_sql.spec.project import RecodingName, SuppressionName
from personatwin_sql.spec.protection import RecodingRule

_KINDS: tuple[RecodingName, ...] = get_args(RecodingName)
_SUPPRESSIONS: tuple[SuppressionName, ...] = get_args(SuppressionName)
_Name = TypeVar("_Name", bound=str)


def read_recoding(parsed: ParsedModel, loaded: Loaded, diagnostics: list[Diagnostic]) -> RecodingRule:
    """The recoding in force; what is wrong with it is added to the diagnostics.

    PT178 an unknown kind, PT179 kinds that exclude each other.
    """
    privacy = loaded.project.privacy
    kind = _chosen(parsed, "recoding", _KINDS, privacy.recoding or "global", diagnostics)
    suppression = _chosen(parsed, "suppression", _SUPPRESSIONS, privacy.suppression or "record", diagnostics)
    rule = RecodingRule(kind, suppression, _declared(parsed, loaded))
    if kind != "global" and suppression == "cell":
        diagnostics.append(_two_at_once(kind, rule.place or Place(parsed.path, 1)))
    return rule


def refuse_population(
    parsed: ParsedModel, recoding: RecodingRule, models: Iterable[DeclaredModel]
) -> Iterator[Diagnostic]:
    """PT179 for k-map where numbers of groups are published: those are made of people's own numbers, which
    the search of levels does not read, and by which nobody of the population is counted."""
    if recoding.has_groups and any(declared.model.name == "k_map" for declared in models):
        yield Diagnostic(
            "PT179",
            "`k_map` does not go with `microaggregate`: nobody of the population is counted by such numbers",
            recoding.place or Place(parsed.path, 1),
            fixes=("leave `microaggregate` out, or leave `k_map` out",),
        )


def _chosen(
    parsed: ParsedModel,
    key: Literal["recoding", "suppression"],
    names: tuple[_Name, ...],
    of_project: _Name,
    diagnostics: list[Diagnostic],
) -> _Name:
    asked = parsed.config.get(key)
    if asked is None:
        return of_project
    found = next((name for name in names if name == asked), None)
    if found is None:
        label = suggestion(str(asked), names)
        fix = f"choose one of {', '.join(names)}"
        place = parsed.places.get(key, Place(parsed.path, 1))
        diagnostics.append(Diagnostic("PT178", f"unknown {key}", place, label=label, fixes=(fix,)))
    return found or of_project


def _declared(parsed: ParsedModel, loaded: Loaded) -> Place | None:
    """The kind's place goes before that of the suppression, the model's before the project's."""
    for key in ("recoding", "suppression"):
        if parsed.config.get(key) is not None:
            return parsed.places.get(key, Place(parsed.path, 1))
    for key in ("recoding", "suppression"):
        if getattr(loaded.project.privacy, key) is not None:
            return loaded.place(f"project.privacy.{key}")
    return None


def _two_at_once(kind: str, place: Place) -> Diagnostic:
    return Diagnostic(
        "PT179",
        f"`suppression: cell` belongs to `recoding: global`, not to `{kind}`",
        place,
        fixes=(
            "leave `suppression` out: a class of its own already publishes `*` only where it must",
            "or choose `recoding: global`",
        ),
    )
