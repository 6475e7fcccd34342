"""How a command ends.

0: done   1: refused by the machine   2: a wrong study or call
130, 143: stopped from outside   141: nobody reads any more what is told (simlab … | head)
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import NoReturn

import click

UNREAD = 141  # as shells have it of a process that SIGPIPE ended


def ended(group: click.Command) -> int:
    """Run the command line and turn every known failure into a message and an exit code."""
    try:
        return _ended(group)
    except (BrokenPipeError, SystemExit):  # click and rich leave in this way when a pipe breaks
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):
                os.dup2(nowhere, stream.fileno())  # what is left to be told
        return UNREAD


def _ended(group: click.Command) -> int:
    try:
        code = group.main(standalone_mode=False)  # that of an Exit, which click catches
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
        raise
    except MemoryError:
        click.echo("simlab: not enough memory; try fewer --draws or a smaller --block", err=True)
        return 1
    except Exception as error:
        return _told(error)
    return code if isinstance(code, int) else 0


def leave(code: int) -> NoReturn:
    """End the process, now: compiled kernels cannot be told to stop, and nobody waits for them."""
    if any(not t.daemon for t in threading.enumerate() if t is not threading.main_thread()):
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _interrupted() -> int:
    click.echo("\nsimlab: stopped; nothing was written. The same command starts again.", err=True)
    return 130


def _told(error: Exception) -> int:
    """The exit code of a failure that is told; what nobody foresaw goes on."""
    from simlab.study.errors import SimlabError

    if isinstance(error, SimlabError):
        click.echo(error.on_screen(), err=True)
        return error.exit_code
    if isinstance(error, OSError):  # a full disk, a folder that is not ours, a cable pulled
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"simlab: {where}{error.strerror or error}", err=True)
        return 1
    raise error
