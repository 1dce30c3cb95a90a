"""What the benchmark of the search understands of another tool; no time is asserted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "benchmarks"))

from search import Beside, beside, beside_of, command_of


def test_the_command_of_another_tool_gets_folder_k_and_limit() -> None:
    command = command_of("java -jar 'arx bench.jar' {folder} --k={k} {limit} {other}", Path("/a b"), 0.05)
    assert command == ["java", "-jar", "arx bench.jar", "/a b", "--k=5", "0.05", "{other}"]


def test_the_last_line_of_figures_counts() -> None:
    assert beside_of("warm up\nseconds=2.5 loss=0.3\nseconds=0.813 loss=0.2696\n") == Beside(0.813, 0.2696)
    with pytest.raises(ValueError, match="printed no line"):
        beside_of("Exception in thread main")


def test_another_tool_is_run_as_it_is_written(tmp_path: Path) -> None:
    other = f"{sys.executable} -c \"import sys; print('seconds=0.5 loss=' + sys.argv[1])\" {{limit}}"
    assert beside(other, tmp_path, 0.02) == Beside(0.5, 0.02)
