"""What one release loses by every measure, whichever it was chosen by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personatwin_sql.privacy.classes import Grouping
from personatwin_sql.privacy.demand import Demand
from personatwin_sql.privacy.frequency import FrequencySet
from personatwin_sql.privacy.lattice import Levels
from personatwin_sql.privacy.measures.by_area import log_leaves
from personatwin_sql.privacy.measures.chosen import measure_on
from personatwin_sql.privacy.objective import MEASURES, MeasureName, Objective
from personatwin_sql.privacy.verdict import judge


def measures_of(frequency: FrequencySet, demand: Demand, levels: Levels) -> Mapping[MeasureName, float]:
    """Every measure, columns weighed alike, of the release at these levels; empty where it is none.

    `precision` is what is left, as the literature has it, where a search makes 1 − precision least. The
    classes are formed once.
    """
    plain = replace(demand, weights={}, suppression_limit=1.0, max_average_risk=None, largest_k=None)
    sensitive = {model.column for model in demand.models if model.column is not None}
    grouping = Grouping(frequency, levels, levels, log_leaves(frequency), sensitive)
    found: dict[MeasureName, float] = {}
    for name in MEASURES:
        asked = replace(plain, objective=Objective(name))
        measure = measure_on(grouping, frequency, asked, is_summed=False)
        release = judge(asked, grouping, measure, levels, grouping.finest).outcome
        if release is not None:
            loss = measure.shown(release.loss)
            found[name] = 1 - loss if name == "precision" else loss
    return found
