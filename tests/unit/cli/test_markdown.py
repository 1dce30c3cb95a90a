"""Our Markdown on a terminal: no marks, and nothing lost."""

from __future__ import annotations

import pytest

from personatwin_sql.cli.markdown import terminal_text


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# A title", "<A title>"),
        ("**Why we refuse.** A class", "<Why we refuse.> A class"),
        ("stands in `.personatwin/report.html`", "stands in <.personatwin/report.html>"),
        ("from `33312` to `333**` and **no** further", "from <33312> to <333**> and <no> further"),
        ("one ` alone, 2**3", "one ` alone, 2**3"),
        ("```yaml\nk: `11`\n```\n", "    k: `11`"),
    ],
)
def test_marks_become_emphasis(markdown: str, text: str) -> None:
    assert terminal_text(markdown, lambda words: f"<{words}>") == text


def test_prose_is_broken_between_words_and_code_never() -> None:
    markdown = "**Why.** one two `three four` five\n\n- a first word\n\n```\na line of code that is long\n```"
    text = terminal_text(markdown, lambda words: f"\x1b[1m{words}\x1b[0m", 14)
    assert text.replace("\x1b[1m", "").replace("\x1b[0m", "").splitlines() == [
        "Why. one two",
        "three four",
        "five",
        "",
        "- a first word",
        "",
        "    a line of code that is long",
    ]
    (item,) = (line for line in terminal_text("- a first word", str, 9).splitlines() if "first" not in line)
    assert item == "  word"
