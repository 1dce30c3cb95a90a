"""Words on a terminal are harmless; a program gets data to the letter."""

from __future__ import annotations

import io
import sys

import pytest

from personatwin_sql.cli.console import Console

HIDDEN = "county\u202e\n\x9b2J\x1b[2Jx"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "written"), [(Terminal(), "county\\u202e\n\\x9b2J\\x1b[2Jx\n"), (io.StringIO(), HIDDEN + "\n")]
)
def test_a_result_hides_nothing_on_a_terminal_and_is_exact_elsewhere(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, written: str
) -> None:
    monkeypatch.setattr(sys, "stdout", stream)
    Console().result(HIDDEN)
    assert stream.getvalue() == written


def test_a_message_keeps_our_colours_and_no_other_steering(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setattr(sys, "stderr", Terminal())
    console = Console()
    console.message(f"{console.style('ok', 'green')} {HIDDEN}")
    assert sys.stderr.getvalue() == "\x1b[32mok\x1b[0m county\\u202e\n\\x9b2J\\x1b[2Jx\n"
