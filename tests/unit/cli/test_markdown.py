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
