"""Whatever the data: the number of a class is that of at least k people, recounted from the source."""

from __future__ import annotations

import os
import random
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from personatwin_sql.spec.preset import PRESETS
from tests.property.recounted import Person, Row, may_be
from tests.property.test_generated_projects import (
    PEOPLE,
    PLAIN,
    QUASI,
    World,
    as_read,
    is_none_or_many,
    worlds,
    write,
)
from tests.property.test_recoded_tables import published, recoded

CENTRES = {"mean": fmean, "median": median}


@dataclass(frozen=True)
class Asked:
    """How numbers are published: by which centre, in tenths or coarser, inside of which recoding."""

    by: str
    step: float
    others: str

    def config(self) -> str:
        of_priors = f"{{'microaggregate': '{self.by}', 'round_to': {self.step}}}"
        return f"{self.others}columns={{'priors': {of_priors}, 'age': {{'microaggregate': 'mean'}}}}"


asked = st.builds(
    Asked,
    by=st.sampled_from(("mean", "median")),
    step=st.sampled_from((0.1, 1, 7)),
    others=st.sampled_from(("", "recoding='local', ", "recoding='multidimensional', ")),
)


def numbered(root: Path, world: World, how: Asked) -> list[Person]:
    """A project whose people each have a `need` of their own, so that rows tell whose they are."""
    draw = random.Random(world.seed)
    people = [
        {
            **person,
            "need": f"n{number}",
            "priors": "" if draw.random() < world.nasty else str(int(draw.expovariate(0.1))),
            "age": "" if draw.random() < world.nasty / 2 else str(draw.randint(0, 99)),
        }
        for number, person in enumerate(recoded(root, world, how.config())[: world.people])
    ]
    write(root / "people.csv", people, PEOPLE)
    return [as_read(person) for person in people]


def is_centre(text: object, people: list[Person], column: str, by: str, step: float) -> bool:
    """Whether a published number is that of these people, who all have one; `*` is always true."""
    if text == "*":
        return True
    own = [float(person[column]) for person in people if person[column]]
    return len(own) == len(people) and abs(float(str(text)) - CENTRES[by](own)) <= step / 2 + 1e-9


@example(replace(PLAIN, nasty=0.02), Asked("mean", 0.1, ""))
@example(PLAIN, Asked("median", 1, "recoding='local', "))
@given(worlds, asked)
@settings(
    max_examples=int(os.environ.get("PERSONATWIN_EXAMPLES", "2")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
def test_the_number_of_a_class_is_that_of_its_people(world: World, how: Asked) -> None:
    preset = PRESETS[world.level]
    with TemporaryDirectory() as name:
        everybody = {person["need"]: person for person in numbered(Path(name), world, how)}
        table = published(Path(name))
    classes: dict[tuple[object, ...], list[Row]] = {}
    for row in table:
        classes.setdefault(tuple(row[name] for name in QUASI), []).append(row)
    for key, members in classes.items():
        people = [everybody[str(row["need"])] for row in members]
        assert len({person["need"] for person in people}) == len(people) >= preset.k
        told = dict(zip(QUASI, key, strict=True))
        assert is_centre(told["priors"], people, "priors", how.by, how.step)
        assert is_centre(told["age"], people, "age", "mean", preset.age_band)
        others = set(QUASI) - {"priors", "age"}
        assert all(may_be(told[name], person[name]) for name in others for person in people)
    if table:
        assert is_none_or_many(len(everybody) - len(table), preset.k)
        assert len(everybody) - len(table) <= preset.suppression_limit * len(everybody) + 1e-9
        assert len(classes) / len(table) <= preset.target_risk + 1e-9
