"""A new project on paper: which files, which models, and the text of each of its files."""

from __future__ import annotations

from dataclasses import field
from pathlib import Path

import jinja2

from personatwin_sql.compile.quoting import identifier
from personatwin_sql.frozen import dataclass
from personatwin_sql.scaffold.advice import Advice
from personatwin_sql.scaffold.table_design import UNIT, TableDesign, sql_list
from personatwin_sql.scaffold.yaml_text import yaml_text
from personatwin_sql.spec.domain import Column
from personatwin_sql.spec.hierarchy import Widths
from personatwin_sql.spec.role import Role

_TEMPLATES = Path(__file__).parent / "templates"
_EVENT_COLUMNS = ("date", "event_type", "outcome")
_RELEASED = (Role.QUASI_IDENTIFIER, Role.SENSITIVE, Role.INSENSITIVE)


@dataclass(frozen=True)
class ProjectDesign:
    """What `init` is going to write."""

    name: str
    domain: str
    level: str
    people: TableDesign
    events: TableDesign | None = None
    is_sample: bool = False
    target_risk: float | None = None
    """Stricter than the level's, where somebody asked for it."""
    is_wide: bool = False
    """Whether people and events are taken out of one file, whose rows are events."""
    advice: Advice = field(default_factory=Advice)
    has_budget: bool = False
    """Whether a table with noise is proposed, and the budget that pays for it."""

    @property
    def event_columns(self) -> tuple[str, ...]:
        """The columns of persona events; none when the file of events lacks the person, date or type."""
        if self.events is None or self.events.unit is None or self.missing_event_columns:
            return ()
        present = self.events.names(*_RELEASED)
        return (self.events.unit, *(name for name in _EVENT_COLUMNS if name in present))

    @property
    def missing_event_columns(self) -> tuple[str, ...]:
        """What events must have and these lack."""
        present = () if self.events is None else self.events.names(*_RELEASED)
        return tuple(name for name in ("date", "event_type") if name not in present)

    @property
    def county(self) -> str | None:
        """The column of people by which a table with noise counts; None where none is proposed."""
        quasi = self.people.specs(Role.QUASI_IDENTIFIER)
        if not self.has_budget or not self.event_columns or self.people.unit is None:
            return None
        return next((name for name, column in quasi.items() if column.place == "county"), None)

    @property
    def tables(self) -> dict[str, TableDesign]:
        """The tables by name."""
        return {"people": self.people} | ({} if self.events is None else {"events": self.events})

    def files(self) -> dict[str, str]:
        """The text of each file, by path."""
        templates = {
            "project.yml": "project.yml",
            f"domains/{self.name}.yml": "domain.yml",
            "models/staging/stg_people.sql": "stg_people.sql",
            "models/release/people_public.sql": "people_public.sql",
            "models/release/personas.sql": "personas.sql",
            "models/models.yml": "models.yml",
            ".gitignore": "gitignore",
            "README.md": "README.md",
        }
        if self.event_columns:
            templates |= {
                "models/staging/stg_events.sql": "stg_events.sql",
                "models/release/persona_events.sql": "persona_events.sql",
                "models/release/persona_patterns.sql": "persona_patterns.sql",
            }
        if self.county is not None:
            templates["models/release/events_by_year.sql"] = "events_by_year.sql"
        return {path: self._rendered(template) for path, template in sorted(templates.items())}

    def _rendered(self, template: str) -> str:
        # delimiters of its own: what is written has Jinja in it
        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_TEMPLATES),
            undefined=jinja2.StrictUndefined,
            block_start_string="<%",
            block_end_string="%>",
            variable_start_string="<<",
            variable_end_string=">>",
            comment_start_string="<#",
            comment_end_string="#>",
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            autoescape=False,  # noqa: S701  (SQL and YAML, escaped by their own rules)
        )
        environment.filters |= {
            "yaml": yaml_text,
            "columns": sql_list,
            "described": described,
            "quoted": identifier,
        }
        quasi_identifiers = self.people.specs(Role.QUASI_IDENTIFIER)
        others = self.people.specs(Role.SENSITIVE, Role.INSENSITIVE)
        persona_columns = (self.people.unit or UNIT, *quasi_identifiers)
        return environment.get_template(template).render(
            project=self,
            people=self.people,
            events=self.events,
            quasi_identifiers=quasi_identifiers,
            others=others,
            people_columns=tuple(map(identifier, (*persona_columns, *others))),
            persona_columns=tuple(map(identifier, persona_columns)),
            event_columns=tuple(map(identifier, self.event_columns)),
            has_outcome="outcome" in self.event_columns,
        )


def described(column: Column) -> str:
    """What stands in a column of the release."""
    if column.description:
        return column.description
    if column.role is not Role.QUASI_IDENTIFIER:
        return "As recorded."
    if isinstance(column.hierarchy, Widths) and column.hierarchy.measures == "age":
        return "Band of years, `*` where ages are not told apart."
    return "As recorded or coarser, `*` where it is not told apart."
