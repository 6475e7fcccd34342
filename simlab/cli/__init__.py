"""The command line: one small file per command; each loads, makes one call, and prints.

Commands are imported when they are called, so ``simlab --help`` stays fast.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click

import simlab

COMMANDS = {
    "run": "Simulate a study: results folder, charts, report, and a summary on the screen.",
    "demo": "Run the shipped study of Hjørring Municipality's 124.7 million kr.",
    "compare": "Set plans against each other, each in the same draws of what is uncertain.",
    "check": "Read a study back in plain words, with a forecast of time and memory.",
    "verify": "Check the laws of the model on a study itself, and leave a certificate.",
    "new": "Write a commented study to fill in.",
    "batch": "Run many studies, or a grid, over night: a folder for each, one table of all.",
    "municipalities": "Write a study for each of Denmark's 98 municipalities.",
    "replay": "Tell the story of one future of a run, or of one life in it.",
    "rules": "Print every rule with a date, how sure it is, and what a plan then uses.",
    "schema": "Print the grammar of a study file as JSON Schema, for editors.",
    "backtest": "Predict what was published about the shipped programmes, and compare.",
}


class Commands(click.Group):
    """Finds a command's file by its name, when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"simlab.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            close = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else f"; known: {', '.join(COMMANDS)}"
            raise click.UsageError(f'no command "{args[0]}"{hint}', ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(simlab.__version__, prog_name="simlab")
def group() -> None:
    """When is the money back, and how sure is that?

    simlab simulates large cohorts of citizens without and with an investment plan, and gives the
    probability distribution of the plan's payback time.
    """


def main() -> None:
    """The entry point: text survives any console, and mistakes end without a traceback."""
    os.environ["MPLBACKEND"] = "agg"  # charts are files here, whatever a notebook would show
    os.environ["MATPLOTLIBRC"] = str(Path(__file__).parent.parent / "charts" / "matplotlibrc")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    from simlab.cli.ending import ended, leave

    leave(ended(group))
