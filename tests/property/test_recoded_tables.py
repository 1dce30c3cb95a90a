"""Whatever the data: a table whose classes differ in levels keeps its promises when it is recounted."""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from personatwin_sql.errors import Withheld
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.workflow import Options, build
from tests.property.recounted import Person, Row, people_behind
from tests.property.test_generated_projects import (
    PEOPLE,
    PLAIN,
    QUASI,
    World,
    as_read,
    is_none_or_many,
    make,
    released,
    rows,
    worlds,
    write,
)

KINDS = ("recoding='local'", "recoding='multidimensional'", "suppression='cell'")
_NEED = ", need FROM {{ ref('stg_people') }}"


def recoded(root: Path, world: World, kind: str, has_need: bool = True) -> list[Person]:
    """A project that publishes its people under this recoding, and nothing else."""
    people, _ = make(root, world)
    release = root / "models" / "release"
    for name in ("personas", "happened"):
        (release / f"{name}.sql").unlink()
    text = (release / "public.sql").read_text(encoding="utf-8")
    text = text.replace("protection='k_anonymity'", f"protection='k_anonymity', {kind}")
    text = text if has_need else text.replace(_NEED, _NEED.removeprefix(", need"))
    (release / "public.sql").write_text(text, encoding="utf-8")
    return people


def published(root: Path) -> list[Row]:
    """The released table, in its order; nothing where the build was withheld."""
    try:
        build(Options(project_dir=root), lambda event: None)
    except Withheld:
        assert not list((root / "release").glob("*.duckdb"))
        return []
    (file,) = (root / "release").glob("*.duckdb")
    with duckdb.connect(str(file), read_only=True) as database:
        return rows(database, "public")


def width(age: object) -> int:
    """Of a band of ages; an open end and `*` are as wide as any."""
    low, dash, high = str(age).partition("-")
    return int(high) - int(low) + 1 if dash else 100


def test_a_class_may_publish_numbers_as_a_range_of_its_own() -> None:
    world = replace(PLAIN, values=5)
    with TemporaryDirectory() as name:
        recoded(Path(name), world, KINDS[1])
        table = published(Path(name))
    assert {"45+", "30-49"} <= {row["age"] for row in table}
    ranges = {str(row["priors"]) for row in table} - {"0", "1", "2", "7", "25", "1-4", "5-19", "20+", "*"}
    assert ranges <= {"0-4", "0-19", "1-19", "1+", "5+"}, "an end is the value of somebody"
    assert ranges


@example(PLAIN, KINDS[0], True)
@given(worlds, st.sampled_from(KINDS), st.booleans())
@settings(
    max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "5")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_what_is_published_holds_when_it_is_recounted(world: World, kind: str, has_need: bool) -> None:
    preset = PRESETS[world.level]
    with TemporaryDirectory() as name:
        given_people = recoded(Path(name), world, kind, has_need)
        table = published(Path(name))
    everybody = list({person["person_id"]: as_read(person) for person in given_people}.values())
    if not table:
        return
    classes = Counter(tuple(row[name] for name in QUASI) for row in table)
    assert min(classes.values()) >= preset.k
    for key in classes:
        assert people_behind(dict(zip(QUASI, key, strict=True)), everybody, QUASI) >= classes[key]
        assert key[0] is None or width(key[0]) >= preset.age_band
    assert is_none_or_many(len(everybody) - len(table), preset.k)
    assert len(everybody) - len(table) <= preset.suppression_limit * len(everybody) + 1e-9
    assert len(classes) / len(table) <= preset.target_risk + 1e-9


@pytest.mark.parametrize("kind", KINDS[:2])
def test_the_order_of_the_source_is_seen_nowhere(kind: str) -> None:
    world = replace(PLAIN, people=200, nasty=0.02, events_each=0)
    tables = []
    for seed in (None, 1):
        with TemporaryDirectory() as name:
            people = recoded(Path(name), world, kind)
            if seed is not None:
                random.Random(seed).shuffle(people)
                write(Path(name) / "people.csv", people, PEOPLE)
            tables.append(published(Path(name)))
    assert tables[0] == tables[1]
    assert tables[0]


def test_personas_inside_of_classes_publish_what_these_do() -> None:
    world = replace(PLAIN, people=250, level="medium")
    preset = PRESETS[world.level]
    with TemporaryDirectory() as name:
        given_people, _ = make(Path(name), world)
        release = Path(name) / "models" / "release"
        for model, old, new in (
            ("public", "protection='k_anonymity'", "protection='k_anonymity', recoding='local'"),
            ("personas", "priors FROM", "priors, zip FROM"),
        ):
            text = (release / f"{model}.sql").read_text(encoding="utf-8")
            assert old in text
            (release / f"{model}.sql").write_text(text.replace(old, new), encoding="utf-8")
        tables = released(Path(name))
    everybody = list({person["person_id"]: as_read(person) for person in given_people}.values())
    classes = {tuple(row[name] for name in QUASI) for row in tables["public"]}
    assert tables["happened"]
    for row in tables["personas"]:
        assert preset.k <= int(str(row["people"])) <= people_behind(row, everybody, QUASI)
        assert row["method"] != "class" or tuple(row[name] for name in QUASI) in classes
    assert len({row["zip"] for row in tables["personas"] if row["method"] == "class"}) > 1


@pytest.mark.parametrize("kind", KINDS[:2])
def test_classes_satisfy_privacy_models_too(kind: str) -> None:
    world = replace(PLAIN, people=200, events_each=0)
    with TemporaryDirectory() as name:
        recoded(Path(name), world, f"{kind}, l_diversity={{'need': 2}}")
        table = published(Path(name))
    needs: dict[tuple[object, ...], set[object]] = {}
    for row in table:
        needs.setdefault(tuple(row[name] for name in QUASI), set()).add(row["need"])
    assert min(map(len, needs.values())) >= 2
    assert len(needs) > 1
