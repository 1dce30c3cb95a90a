"""`project.yml`: what its keys ask of each other, and what the command line may change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personatwin_sql.errors import ProjectError
from personatwin_sql.spec.preset import PRESETS
from personatwin_sql.spec.project import Project, Target
from personatwin_sql.spec.project_reader import read_project, target_of, with_vars
from personatwin_sql.spec.version_range import is_range, is_within
from personatwin_sql.spec.yaml_reader import parse_yaml

SOUND = "name: court\ndomain: custom\nsources: {court: {people: {path: people.csv, entity: people}}}\n"


def read(extra: str = "") -> Project:
    return read_project(parse_yaml(SOUND + extra, "project.yml"))


def refused(extra: str) -> list[str]:
    with pytest.raises(ProjectError) as raised:
        read(extra)
    return [diagnostic.code for diagnostic in raised.value.diagnostics]


def test_what_is_not_written_has_its_default() -> None:
    project = read()
    assert project.privacy.level == "medium"
    assert dict(project.targets) == {"prod": Target(publish=True)}
    assert (project.time_zone, project.resources.memory_limit) == ("UTC", "2GB")
    assert project.sources["court"]["people"].path == "people.csv"


@pytest.mark.parametrize("level", PRESETS)
@pytest.mark.parametrize("key", ["k", "k_event", "target_risk", "suppression_limit"])
def test_a_level_may_be_tightened_and_met_but_not_loosened(level: str, key: str) -> None:
    floor = getattr(PRESETS[level], key)
    step = 1 if isinstance(floor, int) else -floor / 2
    equal, tighter, looser = floor, floor + step, floor - step
    enough = "k: 99, max_people: 197, " if key == "k_event" else ""
    assert getattr(read(f"privacy: {{level: {level}, {enough}{key}: {equal}}}").privacy, key) == equal
    assert getattr(read(f"privacy: {{level: {level}, {enough}{key}: {tighter}}}").privacy, key) == tighter
    assert refused(f"privacy: {{level: {level}, {enough}{key}: {looser}}}") == ["PT040"]


def test_the_error_of_a_loosened_level_names_the_level_and_its_number() -> None:
    with pytest.raises(ProjectError, match="weaker than the level `high`, which asks for at least 11"):
        read("privacy: {level: high, k: 10}")


@pytest.mark.parametrize(
    ("privacy", "codes"),
    [
        ("k: 11, max_people: 21", []),
        ("k: 11, max_people: 20", ["PT013"]),
        ("k: 11, max_people: 50", []),
        ("k: 11, max_people: 51", ["PT013"]),
        ("k: 30, max_people: 59", []),
        ("k: 30, max_people: 60", ["PT013"]),
        ("k: 5, k_event: 5", []),
        ("k: 5, k_event: 6", ["PT013"]),
    ],
)
def test_the_sizes_of_personas_agree_with_k(privacy: str, codes: list[str]) -> None:
    extra = f"privacy: {{{privacy}}}"
    if codes:
        assert refused(extra) == codes
    else:
        assert read(extra).privacy.k is not None


def test_a_loosened_level_is_told_beside_a_misspelt_key() -> None:
    assert refused("privcy: {k: 5}\nprivacy: {level: high, k: 5}\n") == ["PT012", "PT040"]
    assert refused("privacy: {level: high, k: 5, kk: 3}\n") == ["PT012"]


@pytest.mark.parametrize(
    ("key", "example"),
    [
        ("km: 2", "km={'m': 2, 'k': 11}"),
        ("lkc: {l: 2, k: 5, c: 0.5}", "lkc={'l': 2, 'k': 11, 'c': 0.5}"),
        ("known_events: 1", "known_events={'p': 2, 'k': 11}"),
    ],
)
def test_a_rule_of_events_in_the_project_is_sent_to_the_model_of_events(key: str, example: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read(f"privacy: {{{key}}}")
    (found,) = caught.value.diagnostics
    name = key.partition(":")[0]
    assert (found.code, found.label) == ("PT012", None)
    assert found.message == f"`{name}` is a rule of persona events, not of the project"
    assert found.fixes == (
        f"write it in the model of persona events: config(protection='persona_events', …, {example})",
    )


@pytest.mark.parametrize(
    ("privacy", "message"),
    [
        ("alpha_k: {charge: 2}", "`alpha_k` of `charge` must be less than 1.0"),
        (
            "l_diversity: {charge: {distinct: 1}}",
            "`distinct` in `l_diversity` of `charge` must be at least 2",
        ),
        (
            "population_uniqueness: {share: 2, population: 9}",
            "`share` in `population_uniqueness` must be at most 1",
        ),
        ("t_closeness: {charge: soon}", "`t_closeness` of `charge` must be a number or a mapping"),
    ],
)
def test_what_is_wrong_with_a_privacy_model_is_said_by_its_name(privacy: str, message: str) -> None:
    with pytest.raises(ProjectError) as caught:
        read(f"privacy: {{{privacy}}}")
    (found,) = caught.value.diagnostics
    assert found.message.startswith(message)


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("targets: {}", "PT041"),
        ("targets: {a: {publish: false}}", "PT041"),
        ("targets: {a: {}, b: {}}", "PT041"),
        ("target: dev", "PT042"),
        ('requires: ">=0.2"', "PT043"),
        ('requires: "<0.1"', "PT043"),
        ("requires: latest", "PT043"),
        ("time_zone: Mars/Olympus", "PT014"),
        ("time_zone: ../../etc/passwd", "PT014"),
        ("resources: {threads: 0}", "PT013"),
        ("resources: {memory_limit: 2 gigabytes}", "PT015"),
        ("vars: {x: {y: 1}}", "PT011"),
        ("privacy: {l_diversity: 3}", "PT011"),
        ("vars: {x: .inf, y: 1e999}", "PT013"),
    ],
)
def test_a_key_that_contradicts_is_refused(extra: str, code: str) -> None:
    assert set(refused(extra)) == {code}


def test_variables_are_numbers_texts_and_lists_of_them() -> None:
    assert dict(read("vars: {a: 1, b: x, c: true, d: 0.5, e: [1, x]}").vars) == {
        "a": 1,
        "b": "x",
        "c": True,
        "d": 0.5,
        "e": (1, "x"),
    }


def test_the_target_is_the_one_named_else_the_projects_else_the_one_that_publishes() -> None:
    targets = "targets: {dev: {publish: false}, prod: {}}\n"
    assert target_of(read(targets), None) == "prod"
    assert target_of(read(targets + "target: dev\n"), None) == "dev"
    assert target_of(read(targets + "target: dev\n"), "prod") == "prod"
    with pytest.raises(ProjectError, match=r"PT042.*no target `pord`\n.*did you mean `prod`"):
        target_of(read(targets), "pord")


def test_a_privacy_model_without_a_column_is_told_how_it_is_written() -> None:
    with pytest.raises(ProjectError, match=r"a mapping of sensitive columns, such as `COLUMN: 0\.3`"):
        read("privacy: {t_closeness: 0.3}")


def test_the_command_line_replaces_variables_that_there_are() -> None:
    project = read("vars: {year: 2013, who: [a]}")
    assert dict(with_vars(project, {"year": 2014, "who": ["b", "c"]}).vars) == {
        "year": 2014,
        "who": ("b", "c"),
    }
    assert with_vars(project, {}) == project
    with pytest.raises(ProjectError) as raised:
        with_vars(project, {"yaer": 2014, "year": {"a": 1}})
    assert [diagnostic.code for diagnostic in raised.value.diagnostics] == ["PT011", "PT044"]


@pytest.mark.parametrize(
    ("version", "wanted", "is_in"),
    [
        ("0.1.0", ">=0.1", True),
        ("0.1.0", "==0.1", True),
        ("0.1.0", "<0.1", False),
        ("0.10.0", ">=0.9", True),
        ("0.1.0.dev3", ">=0.1,<0.2", True),
        ("1.0", ">=0.1, <1", False),
    ],
)
def test_versions_are_compared_number_by_number(version: str, wanted: str, is_in: bool) -> None:
    assert is_within(version, wanted) is is_in


@pytest.mark.parametrize("text", ["", "0.1", ">0.1", "~=0.1", ">=0.1;<1", ">=x", ">=0.1,"])
def test_only_lists_of_known_comparisons_are_ranges(text: str) -> None:
    assert not is_range(text)


numbers = st.lists(st.integers(0, 30), min_size=1, max_size=4)


@given(numbers, numbers)
def test_a_range_and_its_complement_share_no_version(one: list[int], other: list[int]) -> None:
    version, bound = ".".join(map(str, one)), ".".join(map(str, other))
    assert is_range(f">={bound}")
    assert is_within(version, f">={bound}") is not is_within(version, f"<{bound}")


SEVERAL = (
    "name: court\ndomain: custom\n"
    "sources:\n  court:\n    people: {path: a.csv, ids: %s}\n    events: {path: b.csv%s}\n"
)


def test_what_ids_mean_is_said_once_for_all_sources() -> None:
    assert read().ids is None
    assert read_project(parse_yaml(SEVERAL % ("normalized", ""), "project.yml")).ids == "normalized"
    assert read_project(parse_yaml(SEVERAL % ("exact", ", ids: exact"), "project.yml")).ids == "exact"


def test_sources_that_say_different_things_of_ids_are_refused() -> None:
    with pytest.raises(ProjectError) as raised:
        read_project(parse_yaml(SEVERAL % ("exact", ", ids: normalized"), "project.yml"))
    assert [(problem.code, str(problem.place)) for problem in raised.value.diagnostics] == [
        ("PT342", "project.yml:6:32")
    ]


def test_rows_of_events_and_one_row_a_person_contradict() -> None:
    written = SOUND.replace("entity: people", "entity: people, rows: events, one_row_per_person: true")
    with pytest.raises(ProjectError) as raised:
        read_project(parse_yaml(written, "project.yml"))
    assert [problem.code for problem in raised.value.diagnostics] == ["PT343"]


def lying(table: str) -> Project:
    text = f"name: court\ndomain: custom\nsources: {{court: {{people: {{{table}}}}}}}\n"
    return read_project(parse_yaml(text, "project.yml"))


@pytest.mark.parametrize(
    ("table", "shown"),
    [
        ("sqlite: court.db, table: people", "court.db"),
        ("postgres: env:COURT_DB, table: public.people, epoch: 2026-05-01", "env:COURT_DB"),
        ("postgres: env:COURT_DB, table: people, epoch: 3", "env:COURT_DB"),
        ("path: court.duckdb, table: people", "court.duckdb"),
    ],
)
def test_a_table_lies_in_a_file_or_on_a_server(table: str, shown: str) -> None:
    assert lying(table).sources["court"]["people"].shown == shown


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("one_row_per_person: true", "PT344"),
        ("path: people.csv, sqlite: court.db, table: people", "PT344"),
        ("sqlite: court.db", "PT344"),
        ("sqlite: court.db, table: people, epoch: 1", "PT344"),
        ("path: people.csv, epoch: 1", "PT344"),
        ("postgres: env:COURT_DB, epoch: 1", "PT344"),
        ("postgres: env:COURT_DB, table: people", "PT344"),
        ("postgres: env:1, table: people, epoch: 1", "PT345"),
        ("postgres: 'host=db password=PLANTED', table: people, epoch: 1", "PT345"),
    ],
)
def test_a_table_lies_in_one_place_and_the_way_to_a_server_in_the_environment(table: str, code: str) -> None:
    with pytest.raises(ProjectError) as raised:
        lying(table)
    assert [problem.code for problem in raised.value.diagnostics] == [code]
    assert "PLANTED" not in str(raised.value)
