"""What a shell asks, and what it gets."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

Call = Callable[..., Result]


def completed(words: str, number: int) -> list[str]:
    environment = {
        **os.environ,
        "_PERSONATWIN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(number),
    }
    said = subprocess.run(
        [sys.executable, "-m", "personatwin_sql"], env=environment, capture_output=True, text=True, check=True
    )
    return [line.partition(",")[2] for line in said.stdout.splitlines()]


def test_commands_and_options_are_completed() -> None:
    assert {"report", "risk", "profile"} & set(completed("personatwin r", 1)) == {"report", "risk"}
    assert set(completed("personatwin build --fu", 2)) == {"--full-refresh"}
    assert set(completed("personatwin report --format ", 3)) == {"html", "md", "json"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_names_the_command_and_the_variable(shell: str, call: Call) -> None:
    said = call("completion", shell)
    assert said.exit_code == 0
    assert "_PERSONATWIN_COMPLETE" in said.stdout
    assert "personatwin" in said.stdout


def test_bash_takes_the_script(call: Call, tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash here")
    script = tmp_path / "completion.bash"
    script.write_text(call("completion", "bash").stdout)
    assert subprocess.run([bash, "-n", str(script)], check=False).returncode == 0


def test_another_shell_is_refused(call: Call) -> None:
    assert call("completion", "tcsh").exit_code == 2
