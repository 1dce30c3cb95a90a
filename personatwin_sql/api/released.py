"""A release as a program sees it: tables, risk, guarantees, report. Nothing in it is private."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.engine.released_rows import Rows
from personatwin_sql.errors import Diagnostic, ProjectError
from personatwin_sql.errors.suggestion import suggestion
from personatwin_sql.frozen import dataclass
from personatwin_sql.release.promise import Statement, percent, statements
from personatwin_sql.release.result import Release, ReleasedModel, ReleasedRisk, RiskBand
from personatwin_sql.release.words import NOT_PROMISED

if TYPE_CHECKING:
    from personatwin_sql.engine.export import ExportForm


@dataclass(frozen=True)
class Report:
    """The public report in three forms."""

    html: str
    markdown: str
    json: str

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{escape(self.html)}" width="100%" height="640"></iframe>'


@dataclass(frozen=True)
class ReleaseView:
    """A finished release: the file, and what is said of it.

    Example:
        >>> import personatwin_sql as pt
        >>> release = pt.Project("court").release  # doctest: +SKIP
        >>> release.tables["personas"].df()  # doctest: +SKIP
    """

    file: Path
    """The released database."""
    facts: Release
    """What the build said of it."""

    @property
    def tables(self) -> Mapping[str, Rows]:
        """The released tables by name."""
        return {model.name: self.table(model.name) for model in self.facts.models}

    def table(self, name: str) -> Rows:
        """A released table. Raises ProjectError PT510 where there is none of that name."""
        names = [model.name for model in self.facts.models]
        if name not in names:
            label = suggestion(name, names)
            raise ProjectError(Diagnostic("PT510", f"there is no released table `{name}`", label=label))
        return Rows(self.file, f"SELECT * FROM {identifier(name)}", self)

    def query(self, sql: str) -> Rows:
        """Rows of one statement that reads; released tables and `_personatwin` are all there is.

        Raises ProjectError: PT330 for a statement that does not only read, PT331 what the engine refuses.
        """
        found = Rows(self.file, sql, self)
        found.relation()
        return found

    @property
    def risk(self) -> Mapping[str, ReleasedRisk]:
        """The risk of each table whose rows stand for people, counted in the released rows."""
        return {model.name: model.risk for model in self.facts.models if model.risk is not None}

    @property
    def band(self) -> RiskBand | None:
        """Whom the release is fit for: the worst of its tables."""
        return self.facts.band

    @property
    def guarantees(self) -> tuple[Statement, ...]:
        """Every guarantee of every table: required, proven, measured, and in words."""
        return tuple(statement for model in self.facts.models for statement in statements(model))

    @property
    def not_promised(self) -> tuple[tuple[str, str], ...]:
        """What nobody should read into the guarantees."""
        return NOT_PROMISED

    @property
    def report(self) -> Report:
        """The public report."""
        from personatwin_sql.workflow.report_forms import public_report

        return Report(**public_report(self.facts, self.file))

    def export(self, folder: str | Path, form: ExportForm = "parquet") -> tuple[Path, ...]:
        """All tables as files with a manifest, in a folder that is empty or not there.

        Raises ProjectError PT513 for any other folder; Unavailable when it cannot be written.
        """
        from personatwin_sql.workflow.exporting import export_release

        return tuple(file.path for file in export_release(self.file, form, Path(folder)))

    def _repr_html_(self) -> str:
        heads = ("table", "rows", "people", "average risk", "highest risk")
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in _row(model))}</tr>"
            for model in self.facts.models
        )
        head = "".join(f"<th>{name}</th>" for name in heads)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(model: ReleasedModel) -> tuple[str, ...]:
    risk = model.risk
    people = "" if model.people is None else f"{model.people:,}"
    risks = ("", "") if risk is None else (percent(risk.average), percent(risk.record))
    return (model.name, f"{model.rows:,}", people, *risks)
