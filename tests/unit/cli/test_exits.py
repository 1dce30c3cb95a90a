"""Exit codes, and that no message of an unexpected error quotes data."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest
from click.testing import Result

from personatwin_sql import errors, workflow
from personatwin_sql.errors import Diagnostic, Place

Call = Callable[..., Result]

PLANTED = "Jane Doe, 12 Main Street"


def fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def list_nodes(options: workflow.Options) -> tuple[dict[str, object], ...]:
        planted = PLANTED
        assert planted
        raise error

    monkeypatch.setattr(workflow, "list_nodes", list_nodes)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.ProjectError, 2),
        (errors.NodeError, 1),
        (errors.Withheld, 3),
        (errors.CheckFailed, 4),
        (errors.Unavailable, 5),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    kind: type[errors.PersonaTwinError], code: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, kind([Diagnostic("PT012", "one"), Diagnostic("PT012", "two")]))
    result = call("ls")
    assert result.exit_code == code
    assert result.stderr == "error[PT012]: one\nerror[PT012]: two\n"
    assert result.stdout == ""


def test_a_bug_names_its_class_and_place_and_keeps_its_text(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, ValueError(f"could not convert {PLANTED}"))
    result = call("ls")
    assert result.exit_code == 70
    assert result.stderr.startswith("internal error: ValueError at ")
    assert "in list_nodes" in result.stderr
    assert "Traceback" not in result.stderr
    assert PLANTED not in result.output


def test_debug_prints_the_way_to_a_bug_and_says_that_its_text_may_be_data(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, ValueError(f"could not convert {PLANTED}"))
    result = call("ls", "--debug")
    assert result.exit_code == 70
    assert "Traceback, without values" in result.stderr
    assert "may contain data" in result.stderr
    assert result.stderr.rstrip().endswith(PLANTED)
    assert result.stderr.count(PLANTED) == 1


def test_debug_of_a_users_error_prints_frames_and_no_text_twice(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, errors.NodeError(Diagnostic("PT012", "a key is unknown")))
    result = call("--debug", "ls")
    assert result.stderr.startswith("error[PT012]: a key is unknown\nTraceback, without values")
    assert result.stderr.rstrip().endswith("NodeError")
    assert result.stderr.count("a key is unknown") == 1


def test_the_cause_of_an_error_is_never_quoted(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    error = errors.NodeError(Diagnostic("PT012", "a value has the wrong type"))
    error.__cause__ = ValueError(PLANTED)
    fail_with(monkeypatch, error)
    said = call("ls", "--debug")
    assert PLANTED not in said.output
    assert "ValueError\n" in said.stderr


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_what_the_system_refuses_can_be_tried_again(
    number: int, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, OSError(number, os.strerror(number), "target/x.sql"))
    result = call("ls")
    assert result.exit_code == 5
    assert result.stderr.startswith("error[PT41")


def test_an_interrupt_is_one_line_and_130(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, KeyboardInterrupt())
    result = call("ls")
    assert result.exit_code == 130
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Interrupted.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_cleans_up_and_ends_with_130_whatever_a_library_makes_of_it(number: signal.Signals) -> None:
    script = """
import os, signal, sys, time
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.exits import exit_code_of

def call():
    try:
        try:
            print("ready", flush=True)
            time.sleep(30)
        finally:
            print("cleaned", flush=True)
    except KeyboardInterrupt:
        raise RuntimeError("the engine was interrupted")

sys.exit(exit_code_of(call, Console()))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == "cleaned\n"
    assert err.splitlines() == ["Interrupted. A release is replaced whole or not at all."]


def test_a_reader_who_hangs_up_is_no_error() -> None:
    script = (
        "from personatwin_sql.cli.console import Console\nfor _ in range(50): Console().result('x' * 100_000)"
    )
    command = f'"{sys.executable}" -c "{script}" | head -c 1'
    shell = ["bash", "-o", "pipefail", "-c", command]
    found = subprocess.run(shell, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout, found.stderr) == (0, "x", "")


def test_errors_are_objects_where_messages_are_json(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place("domains/court.yml", 14, 41, 8)
    fail_with(
        monkeypatch, errors.ProjectError(Diagnostic("PT012", "unknown key", place, "did you mean `x`?"))
    )
    for arguments in (("ls", "--log-format", "json"), ("--log-format=json", "ls")):
        record = json.loads(call(*arguments).stderr)
        assert record["level"] == "error"
        assert record["code"] == "PT012"
        assert (record["path"], record["line"], record["column"]) == ("domains/court.yml", 14, 41)


def test_a_mistake_in_the_arguments_is_an_object_too(call: Call) -> None:
    for arguments in (("biuld", "--log-format", "json"), ("--log-format=json", "biuld")):
        assert json.loads(call(*arguments).stderr)["code"] == "PT501"
    assert json.loads(call("biuld", PERSONATWIN_LOG_FORMAT="json").stderr)["code"] == "PT501"


def test_errors_are_told_even_when_quiet(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, errors.ProjectError(Diagnostic("PT012", "one")))
    assert call("-q", "ls").stderr == "error[PT012]: one\n"
