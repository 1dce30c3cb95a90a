"""The command line: parse, call one function below, print. Results go to stdout, messages to stderr."""

from __future__ import annotations


def main() -> None:
    """The entry point `personatwin`; leaves with the exit code of `errors`."""
    from personatwin_sql.cli.application import application

    application.main(prog_name="personatwin")
