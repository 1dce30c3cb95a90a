"""A format names a day without doubt, or is refused."""

from __future__ import annotations

import pytest

from personatwin_sql.spec.date_format import unfit_format


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("%m/%d/%Y", "date"),
        ("%d.%m.%Y", "date"),
        ("%d %b %Y", "date"),
        ("%-m/%-d/%Y", "date"),
        ("%m/%d/%Y %I:%M %p", "timestamp"),
        ("%Y%m%dT%H%M%S", "timestamp"),
        ("100%% %Y-%m-%d", "date"),
    ],
)
def test_a_format_that_names_a_day_is_fit(form: str, kind: str) -> None:
    assert unfit_format(form, kind) is None


@pytest.mark.parametrize(
    ("form", "kind", "why"),
    [
        ("%m/%d/%y", "date", "century"),
        ("%m/%Y", "date", "year, month and day"),
        ("%d/%Y", "date", "year, month and day"),
        ("%m %b %d %Y", "date", "year, month and day"),
        ("%Y-%m-%d %Y", "date", "twice"),
        ("%Y-%m-%d %H", "date", "timestamp"),
        ("%Y-%m-%d %I", "timestamp", "%p"),
        ("%Y-%m-%d %z", "timestamp", "%z"),
        ("%Y-%j", "date", "%j"),
        ("%m/%d/%Y", "integer", "integer"),
        ("", "date", "year, month and day"),
    ],
)
def test_one_that_leaves_something_open_is_not(form: str, kind: str, why: str) -> None:
    assert why in str(unfit_format(form, kind))
