"""What a domain file says of a column, as keys and values."""

from __future__ import annotations

from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.tolerance import tolerances


def column_facts(spec: Column) -> dict[str, object]:
    """Its role, and all that is not as it would be without being written."""
    facts: dict[str, object] = {"role": spec.role.value}
    if spec.hierarchy_name is not None:
        facts["hierarchy"] = spec.hierarchy_name
    if spec.type != "text":
        facts["type"] = spec.type
    if spec.format is not None:
        facts["format"] = spec.format
    if spec.place is not None:
        facts["place"] = spec.place
    if spec.merge != "generalize":
        facts["merge"] = spec.merge
    if spec.invalid != "error":
        facts["invalid"] = spec.invalid
    if spec.tolerance is not None and spec.hierarchy is not None:
        facts["tolerance"] = tolerances(spec.hierarchy)[spec.tolerance]
    return facts
