"""What research needs most is made coarser last."""

from __future__ import annotations

from dataclasses import replace

from personatwin_sql.compile.compiler import compile_project
from personatwin_sql.engine.levels import column_weights
from personatwin_sql.spec.library import demo
from personatwin_sql.spec.loader import load


def test_what_the_domain_keeps_for_analysis_counts_like_the_columns_within_a_block() -> None:
    compiled = compile_project(load(demo()))
    model = compiled.models["people_public"]
    loaded = compiled.loaded
    bare = replace(
        loaded,
        domain=loaded.domain.model_copy(
            update={
                "kept_for_analysis": (),
                "personas": loaded.domain.personas.model_copy(update={"block": ()}),
            }
        ),
    )
    kept = replace(loaded, domain=bare.domain.model_copy(update={"kept_for_analysis": ("ethnicity",)}))
    (before, after) = (column_weights(model, each) for each in (bare, kept))
    assert "ethnicity" not in before
    assert after == before | {"ethnicity": 2.0}
