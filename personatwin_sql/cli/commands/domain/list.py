"""`domain list`: the domains there are."""

from __future__ import annotations

import click

from personatwin_sql.cli.command import Command
from personatwin_sql.cli.commands.domain.root import root_of
from personatwin_sql.cli.console import Console
from personatwin_sql.cli.formats import output_format, print_rows


@click.command(cls=Command, project_flags=("project_dir",))
@output_format("text", "json", "csv")
@click.pass_obj
def list(console: Console, form: str) -> None:
    """The built-in domains, and those of the project.

    \b
    Example:
      personatwin domain list
    """
    from personatwin_sql.spec.loader import domain_names, load_domain

    root = root_of(console)
    domains = [load_domain(name, root) for name in domain_names(root)]
    rows = [(domain.name, domain.extends or "", domain.description) for domain in domains]
    print_rows(console, form, ("name", "extends", "description"), rows)
