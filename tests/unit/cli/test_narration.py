"""What a build prints, to the letter."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from personatwin_sql import workflow
from personatwin_sql.cli.bar import Bar, bar_line
from personatwin_sql.cli.lines import NodeLines
from personatwin_sql.errors import Diagnostic, NodeError, Place, Withheld
from personatwin_sql.workflow import BuildResult, Event, Options

Call = Callable[..., Result]
Golden = Callable[[str, str], None]

DONE = (
    Event("done", 4, 12, "people_public", "ok", "k 11 ≤ 13   suppressed 0.8 %   11,663 rows", 0.31),
    Event("done", 5, 12, "arrests_by_month", "replay", "unchanged, noise not drawn again"),
    Event("done", 6, 12, "visits_public", "HELD", "a class is below k 11", 0.2, "PT203"),
    Event("done", 7, 12, "a_model_with_quite_a_long_name", "skipped", "visits_public was held"),
    Event("done", 12, 12, "personas", "unchanged"),
)


def result(tmp_path: Path, published: bool = True) -> BuildResult:
    return BuildResult(
        project="county_court",
        version="0.1.0",
        release_path=tmp_path / "release" / "county_court.duckdb",
        report_path=tmp_path / "release" / "report.html",
        owner_report_path=tmp_path / ".personatwin" / "report.html",
        published=published,
        nodes=DONE,
        seconds=4.08,
        warnings=(Diagnostic("PT012", "something is odd", Place("project.yml", 3), severity="warning"),),
        notes=("ε 0.50 of 3.00, DP releases only; 2 other releases of the same people have no ε.",),
    )


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A build that went well."""

    def build(options: Options, observe: Callable[[Event], None]) -> BuildResult:
        observe(Event("plan", 0, 12, "county_court", detail="release/county_court.duckdb"))
        for event in DONE:
            observe(Event("start", event.index, event.total, event.node))
            observe(event)
        return result(tmp_path)

    monkeypatch.setattr(workflow, "build", build)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_one_line_a_node_with_aligned_columns(call: Call, built: Path, golden: Golden) -> None:
    said = call("build")
    assert said.exit_code == 0
    golden("build.stderr.txt", said.stderr)
    golden("build.stdout.txt", said.stdout)


def test_quiet_leaves_only_the_result(call: Call, built: Path) -> None:
    said = call("build", "-q")
    assert said.stderr == ""
    assert said.stdout == call("build").stdout


def test_json_messages_are_one_object_a_line(call: Call, built: Path, golden: Golden) -> None:
    said = call("build", "--log-format", "json")
    records = [json.loads(line) for line in said.stderr.splitlines()]
    assert [record["event"] for record in records] == [
        "plan",
        *["node"] * len(DONE),
        "diagnostic",
        "end",
        "message",
    ]
    golden("build.stderr.jsonl", said.stderr)
    assert json.loads(said.stdout)["release"] == ["release/county_court.duckdb"]


def test_a_build_that_is_held_still_says_what_was_built(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(options: Options, observe: Callable[[Event], None]) -> BuildResult:
        observe(DONE[2])
        error = Withheld(Diagnostic("PT203", "`visits_public` withheld: a class is below k = 11"))
        error.result = result(tmp_path, published=False)  # type: ignore[attr-defined]
        raise error

    monkeypatch.setattr(workflow, "build", build)
    said = call("build")
    assert said.exit_code == 3
    assert "1 held" in said.stderr
    assert "published: no" in said.stderr
    assert said.stdout == ""
    assert said.stderr.rstrip().endswith("a class is below k = 11")


@pytest.mark.parametrize("has_begun", [True, False])
def test_a_build_that_breaks_off_says_that_nothing_was_published(
    has_begun: bool, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def build(options: Options, observe: Callable[[Event], None]) -> BuildResult:
        if has_begun:
            observe(Event("plan", 0, 2, "county_court"))
            observe(Event("done", 1, 2, "court.people", "ok", "8 columns read", 0.1))
            observe(Event("done", 2, 2, "court.events", "failed", "no numbers", 0.1, "PT303"))
        raise NodeError(Diagnostic("PT303", "no numbers"))

    monkeypatch.setattr(workflow, "build", build)
    said = call("build").stderr.splitlines()
    assert ("Failed.  1 ok  1 failed   published: no" in said) == has_begun
    assert said[-1] == "error[PT303]: no numbers"


def test_the_options_of_the_build_arrive(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    seen: list[Options] = []

    def build(options: Options, observe: Callable[[Event], None]) -> BuildResult:
        seen.append(options)
        return result(tmp_path)

    monkeypatch.setattr(workflow, "build", build)
    call("build", "--full-refresh", "-s", "a", "--exclude", "b", "--project-dir", str(tmp_path))
    call("run", "--full-refresh", "-s", "a", "--exclude", "b", "--project-dir", str(tmp_path))
    assert seen == [Options(tmp_path, None, {}, ("a",), ("b",), True)] * 2


TERMINAL = """
import sys, time
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.flags import Flags
from personatwin_sql.cli.narration import Narration
from personatwin_sql.workflow import Event

narration = Narration(Console(Flags(no_color={no_color})))
with narration.under_way():
    narration.observe(Event("start", 1, 2, "quick"))
    narration.observe(Event("done", 1, 2, "quick", seconds=0.01))
    narration.observe(Event("start", 2, 2, "slow"))
    narration.observe(Event("progress", 2, 2, "slow", fraction=0.5))
    time.sleep(0.9)
    narration.observe(Event("done", 2, 2, "slow", seconds=0.9))
"""


def on_a_terminal(script: str, **environment: str) -> str:
    """What a script writes to stderr when that is a terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100", **environment},
    )
    os.close(theirs)
    written = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        written += part
    os.close(ours)
    assert process.wait(timeout=20) == 0
    return written.decode()


def test_a_terminal_shows_a_live_line_for_what_lasts_and_wipes_it() -> None:
    written = on_a_terminal(TERMINAL.format(no_color=True))
    assert "running    slow" in written
    assert " 50%" in written
    assert "running    quick" not in written
    last = written.rstrip().split("\x1b[2K")[-1]
    assert last.split() == ["2/2", "ok", "slow", "0.90s"]


def test_colours_are_for_terminals_and_only_where_wanted() -> None:
    assert "\x1b[32mok" in on_a_terminal(TERMINAL.format(no_color=False))
    assert "\x1b[32m" not in on_a_terminal(TERMINAL.format(no_color=False), NO_COLOR="1")
    assert "\x1b[32m" not in on_a_terminal(TERMINAL.format(no_color=True))


def test_a_terminal_that_can_do_nothing_gets_lines() -> None:
    assert "\x1b[2K" not in on_a_terminal(TERMINAL.format(no_color=True), TERM="dumb")


def test_a_long_name_of_a_test_moves_no_other_line() -> None:
    lines = NodeLines()
    model = Event("done", 1, 9, "people_public", "ok", "k 5 ≤ 5   suppressed 1 to 5 %   2,856 rows", 0.31)
    before = lines.line(model)
    test = "".join(lines.line(Event("done", 2, 9, "accepted_values_stg_people_risk_level", seconds=0.01)))
    assert lines.line(model) == before
    assert test.index("0.01s") == "".join(before).index("0.31s")


@pytest.mark.parametrize("columns", [80, 92, 120])
def test_a_line_of_the_demo_never_breaks_in_a_terminal(columns: int) -> None:
    lines = NodeLines(columns)
    told = "k 5 ≤ 5   suppressed 1 to 5 %   2,856 rows"
    text = "".join(lines.line(Event("done", 10, 17, "persona_patterns", "ok", told, 0.31)))
    assert len(text) <= columns
    assert text.endswith("0.31s") == (columns > 80)
    short = "".join(lines.line(Event("done", 11, 17, "persona_patterns", "ok", "573 rows", 0.02)))
    assert short.endswith("573 rows" + " " * (short.index("0.02s") - short.index(" rows") - 5) + "0.02s")
    assert len(short) == min(columns, 92)


def test_a_code_stays_in_a_narrow_terminal() -> None:
    event = Event(
        "done", 1, 9, "people_public", "failed", "a reason of " + "many " * 12 + "words", 0.2, "PT303"
    )
    assert "".join(NodeLines(60).line(event)).endswith("  PT303")


def test_the_bar_counts_the_statements_of_a_node() -> None:
    bar = Bar()
    try:
        bar.start(Event("start", 1, 2, "persona_events"))
        for fraction in (0.5, 0.95, 0.0, 0.6, 0.58, 0.2):
            bar.advance(Event("progress", 1, 2, "persona_events", fraction=fraction))
        assert bar._step == 3
        bar.start(Event("start", 2, 2, "personas"))
        assert bar._step == 1
    finally:
        bar.end()
    running = Event("start", 1, 2, "personas")
    assert bar_line(running, 0.5, 3.2, 4).endswith("50%  3s  step 4")
    assert bar_line(running, 0.5, 3.2).endswith("50%  3s")
