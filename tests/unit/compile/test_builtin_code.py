"""Byte code of built-in macros is kept beside the package's own, and never trusted for anything else."""

from __future__ import annotations

import sys
from pathlib import Path
from types import CodeType

import pytest

from personatwin_sql.compile import builtin_code as kept
from personatwin_sql.compile.builtin_code import builtin_code
from personatwin_sql.spec.loaded import SqlFile

BUILTIN = SqlFile("double", "<builtin>/macros/double.sql", "{% macro double(x) %}…{% endmacro %}", True)
OWN = SqlFile("double", "macros/double.sql", BUILTIN.text, False)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path


class Compiler:
    """Makes byte code that knows how often it was asked for."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> CodeType:
        self.calls += 1
        return compile(f"call = {self.calls}", "<builtin>/macros/double.sql", "exec")


def files(cache: Path) -> list[Path]:
    return [path for path in cache.rglob("*") if path.is_file()]


def value(code: CodeType) -> object:
    names: dict[str, object] = {}
    exec(code, names)
    return names["call"]


def test_a_builtin_macro_is_compiled_once(cache: Path) -> None:
    compiler = Compiler()
    assert [value(builtin_code(BUILTIN, compiler)) for _ in range(3)] == [1, 1, 1]
    assert compiler.calls == 1
    (file,) = files(cache)
    assert file.name == f"jinja_macros_double.{sys.implementation.cache_tag}.pyc"


def test_a_macro_of_the_project_is_never_kept_nor_read(cache: Path) -> None:
    compiler = Compiler()
    builtin_code(BUILTIN, compiler)
    assert value(builtin_code(OWN, compiler)) == 2
    assert value(builtin_code(OWN, compiler)) == 3
    assert len(files(cache)) == 1


def test_another_text_is_compiled_anew() -> None:
    compiler = Compiler()
    builtin_code(BUILTIN, compiler)
    changed = SqlFile(BUILTIN.name, BUILTIN.path, f"{BUILTIN.text} ", True)
    assert value(builtin_code(changed, compiler)) == 2
    assert value(builtin_code(changed, compiler)) == 2
    assert value(builtin_code(BUILTIN, compiler)) == 3


def test_other_rules_of_the_sandbox_compile_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = Compiler()
    builtin_code(BUILTIN, compiler)
    monkeypatch.setattr(kept, "_rules", lambda: b"others")
    assert value(builtin_code(BUILTIN, compiler)) == 2


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b"", lambda b: b[:40] + bytes([b[40] ^ 1]) + b[41:]]
)
def test_what_is_damaged_is_made_anew(cache: Path, damage: object) -> None:
    compiler = Compiler()
    builtin_code(BUILTIN, compiler)
    (file,) = files(cache)
    file.write_bytes(damage(file.read_bytes()))  # type: ignore[operator]
    assert value(builtin_code(BUILTIN, compiler)) == 2
    assert value(builtin_code(BUILTIN, compiler)) == 2


def test_nothing_is_kept_where_python_writes_no_byte_code(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    compiler = Compiler()
    assert value(builtin_code(BUILTIN, compiler)) == 1
    assert files(cache) == []


def test_a_folder_that_cannot_be_written_costs_time_only(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cache / "file").write_text("in the way")
    monkeypatch.setattr(sys, "pycache_prefix", str(cache / "file"))
    compiler = Compiler()
    assert value(builtin_code(BUILTIN, compiler)) == 1
    assert value(builtin_code(BUILTIN, compiler)) == 2
