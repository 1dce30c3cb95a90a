"""CSV files in every dialect, whole or broken: every line arrives, or an error says which does not."""

from __future__ import annotations

import gzip

import pytest
from table_source import PLANTED, TableSource, column, names, refused

from personatwin_sql.engine.session import Session
from personatwin_sql.errors import NodeError


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,x\n",
        b"a,b\r\n1,x\r\n",
        b"a,b\r1,x\r",
        b"\xef\xbb\xbfa,b\n1,x\n",
        b"a,b\n1,x",
        b"\n\na,b\n1,x\n",
        b"a;b\n1;x\n",
        b"a\tb\n1\tx\n",
        b"a|b\n1|x\n",
        b'"a","b"\n"1","x"\n',
        b" a , b \n1,x\n",
        b"a,b\n1,x\n\n",
    ],
)
def test_a_csv_file_in_many_dialects_is_read_alike(
    source: TableSource, session: Session, content: bytes
) -> None:
    source.file("data.csv", content)
    assert names(source, "data.csv") == ["a", "b"]
    _, rows = source.loaded(session, source.bound("data.csv", {"a": column(), "b": column()}, "records"))
    assert rows == [("1", "x")]


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ("a,b\n#1,x\n", [("#1", "x")]),
        ('a,b\n"1\n2","say ""x"""\n', [("1\n2", 'say "x"')]),
        ('a,b\n1,x"y\n', [("1", 'x"y')]),
        ("a,b\nNULL,NaN\n", [("NULL", "NaN")]),
        ('a,b\n"",\n', [(None, None)]),
        ("a,b\n1,x\0y\n", [("1", "x\0y")]),
        ("a,b\na,b\n", [("a", "b")]),
        ("a,b\n1,é 漢 🙂\n", [("1", "é 漢 🙂")]),
        ("a,b\n1,a;b;c\n2,d;e;f\n", [("1", "a;b;c"), ("2", "d;e;f")]),
        ("a,b\n", []),
        ("a,b", []),
    ],
)
def test_fields_come_as_they_are(
    source: TableSource, session: Session, content: str, rows: list[tuple[str | None, ...]]
) -> None:
    source.file("data.csv", content)
    _, found = source.loaded(session, source.bound("data.csv", {"a": column(), "b": column()}, "records"))
    assert found == rows


def test_a_compressed_csv_file_is_read(source: TableSource, session: Session) -> None:
    source.file("data.csv.gz", gzip.compress(b"a,b\n1,x\n"))
    _, rows = source.loaded(session, source.bound("data.csv.gz", {"a": column(), "b": column()}, "records"))
    assert rows == [("1", "x")]


def test_a_separator_that_is_given_is_taken(source: TableSource, session: Session) -> None:
    source.file("data.txt", "a~b\n1~x,y\n")
    bound = source.bound("data.txt", {"a": column(), "b": column()}, "records", delimiter="~")
    assert source.loaded(session, bound)[1] == [("1", "x,y")]
    assert names(source, "data.txt", delimiter="\\t") == ["a~b"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (f"a,b\n1,x\n{PLANTED},2,3\n".encode(), "PT305"),
        (f"a,b\n1,x\n{PLANTED}\n".encode(), "PT305"),
        (f'a,b\n1,"{PLANTED}\n'.encode(), "PT305"),
        (f'a,b\n1,"{PLANTED}"x\n'.encode(), "PT305"),
        (f"a,b\n1,{PLANTED}\r\n2,x\n".encode(), "PT305"),
        (f"a,b\n1,{PLANTED} José\n".encode("latin1"), "PT305"),
        (f"a,b\n1,{PLANTED}\n".encode("utf-16"), "PT305"),
        (b"a,b\n1," + b"x" * 3_000_000 + PLANTED.encode() + b"\n", "PT305"),
        (b"", "PT304"),
        (b"\n\n  \n", "PT304"),
        (f"a,a\n1,{PLANTED}\n".encode(), "PT304"),
        (f"a,A\n1,{PLANTED}\n".encode(), "PT304"),
        (f"a,,b\n1,{PLANTED},2\n".encode(), "PT304"),
        (f'a,"b\n1,{PLANTED}\n'.encode(), "PT304"),
    ],
)
def test_a_broken_csv_file_is_an_error_and_no_line_is_skipped(
    source: TableSource, session: Session, content: bytes, code: str
) -> None:
    source.file("data.csv", content)
    assert refused(source, session, "data.csv") == code


@pytest.mark.parametrize("encoding", ["latin1", "utf-16"])
def test_whoever_has_another_encoding_is_told_how_to_get_utf8(encoding: str, source: TableSource) -> None:
    source.file("data.csv", "a,b\n1,José\n".encode(encoding))
    with pytest.raises(NodeError, match="save it as UTF-8"):
        names(source, "data.csv")


def test_the_line_that_is_broken_is_named_by_its_number(source: TableSource, session: Session) -> None:
    source.file("data.csv", "a,b\n" + "1,x\n" * 5000 + f"1,{PLANTED},3\n")
    with pytest.raises(NodeError, match=r"line 5002 has more or fewer fields than the header"):
        source.loaded(session, source.bound("data.csv", {"a": column(), "b": column()}, "records"))


def test_latin1_late_in_a_large_file_is_found(source: TableSource, session: Session) -> None:
    source.file("data.csv", b"a,b\n" + b"1,x\n" * 600_000 + "2,José\n".encode("latin1"))
    assert refused(source, session, "data.csv") == "PT305"


def test_every_row_of_a_large_file_arrives_in_order(source: TableSource, session: Session) -> None:
    source.file("data.csv", "a,b\n" + "".join(f'{n},"x\n{n}"\n' for n in range(300_000)))
    bound = source.bound("data.csv", {"a": column(type="integer"), "b": column()}, "records")
    quality, _ = source.loaded(session, bound)
    assert quality.rows == 300_000
    assert session.value(f"SELECT bool_and(a = rowid AND b = 'x' || chr(10) || a) FROM {bound.relation}")
