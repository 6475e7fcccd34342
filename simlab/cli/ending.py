"""How a command ends: exit code 0, 1 for what the machine refuses, 2 for a wrong study or call."""

from __future__ import annotations

import os
import sys

import click


def ended(group: click.Command) -> int:
    """Run the command line and turn every known failure into a message and an exit code."""
    try:
        group.main(standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.Abort:
        return _interrupted()
    except KeyboardInterrupt:
        return _interrupted()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # The reader has gone (simlab … | head); nothing is left to tell it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except MemoryError:
        click.echo("simlab: not enough memory; try fewer --draws or a smaller --block", err=True)
        return 1
    except Exception as error:
        code = _known(error)
        if code is None:
            raise
        return code
    return 0


def _interrupted() -> int:
    told = "\nsimlab: stopped; no results were written. The same command starts again."
    click.echo(told, err=True)
    return 130


def _known(error: Exception) -> int | None:
    from simlab.engine.sound import UnsoundDraw
    from simlab.runs.folder import FolderError
    from simlab.study.errors import StudyError

    if isinstance(error, StudyError):
        click.echo(str(error), err=True)
        return 2
    if isinstance(error, FolderError | UnsoundDraw):
        click.echo(f"simlab: {error}", err=True)
        return 1
    return None
