"""The byte code of built-in macros and questions, kept beside that of the package from run to run.

Byte code runs as it is found. So it is read only from where Python reads that of this very module, which who
can write there could replace as well; never from a project, and never for what a project wrote.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path, PurePosixPath
from types import CodeType

import jinja2

from personatwin_sql.compile import quoting, sandbox
from personatwin_sql.spec.loaded import SqlFile

_DIGEST_BYTES = 32


def builtin_code(file: SqlFile, compiled: Callable[[], CodeType]) -> CodeType:
    """What `compiled` makes of a file, or made of the same text when a run before asked for it.

    Kept byte code that is damaged, or of another text, Jinja, Python or sandbox, is made anew. Where the
    package cannot be written to, and where Python is told to write no byte code, none is kept.
    """
    rules = _rules()
    if not file.is_builtin or rules is None:
        return compiled()
    place = _place(file)
    key = sha256(rules + f"{file.path}\0{file.text}".encode()).digest()
    try:
        found = place.read_bytes()
    except OSError:
        found = b""
    body = found[_DIGEST_BYTES:]
    if found[:_DIGEST_BYTES] == _digest(key, body):
        code = marshal.loads(body)  # noqa: S302  from the package itself, as its modules are
        if isinstance(code, CodeType):
            return code
    code = compiled()
    if not sys.dont_write_bytecode:
        body = marshal.dumps(code)
        _write(place, _digest(key, body) + body)
    return code


def _digest(key: bytes, body: bytes) -> bytes:
    return sha256(key + body).digest()


def _place(file: SqlFile) -> Path:
    """As of a module of this folder: `__pycache__/jinja_protection_personas.cpython-311.pyc`."""
    name = f"jinja_{PurePosixPath(file.path).parent.name}_{file.name}.py"
    return Path(cache_from_source(str(Path(__file__).with_name(name))))


@cache
def _rules() -> bytes | None:
    """What the byte code of a text depends on besides the text; None where that cannot be read."""
    try:
        texts = [Path(str(module.__file__)).read_bytes() for module in (sandbox, quoting)]
    except OSError:
        return None
    return sha256(b"\0".join((MAGIC_NUMBER, jinja2.__version__.encode(), *texts))).digest()


def _write(place: Path, content: bytes) -> None:
    """All of it or nothing, as Python writes its own; what cannot be kept is made again next time."""
    beside = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("xb") as file:
            file.write(content)
        beside.replace(place)
    except OSError:
        with suppress(OSError):
            beside.unlink()
