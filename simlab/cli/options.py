"""Options that commands share: what changes a study is one value, how a run is made another."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from simlab.runs.options import RunOptions

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]


def with_options(command: Command, *options: Decorator) -> Command:
    """The command with some options, in the order in which its help lists them."""
    for option in reversed(options):
        command = option(command)
    return command


def _as_one(name: str, made: Callable[..., object], options: Mapping[str, Decorator]) -> Decorator:
    """Options by the names of their values, which ``made`` joins to one argument of a command."""

    def decorated(command: Command) -> Command:
        @wraps(command)
        def joined(**given: Any) -> Any:
            values = {key: given.pop(key) for key in options}
            return command(**given, **{name: made(**values)})

        return with_options(joined, *options.values())

    return decorated


# ── of the study ──


@dataclass(frozen=True, slots=True)
class StudyOptions:
    """What the command line changes in a study; the resolved study in the results records it."""

    draws: int | None = None
    seed: int | None = None
    engine: str | None = None
    settings: tuple[str, ...] = ()
    perspective: str | None = None

    @property
    def values(self) -> dict[str, Any]:
        """The values that go into the study, by key path."""
        from simlab.study import typed
        from simlab.study.key_path import path_and_value

        values: dict[str, Any] = {}
        for setting in self.settings:
            sides = path_and_value(setting)
            if sides is None:
                raise click.BadParameter(f'"{setting}"; write PATH=VALUE', param_hint="--set")
            path, text = sides
            try:
                values[path] = typed.value(text)
            except typed.NumberError as error:
                raise click.BadParameter(f"{path}: {error}", param_hint="--set") from None
        for key in ("draws", "seed", "engine", "perspective"):
            if (value := getattr(self, key)) is not None:
                values[key] = value
        return values


study_options = _as_one(
    "changes",
    StudyOptions,
    {
        "draws": click.option(
            "--draws", type=click.IntRange(1, 100_000_000), help="How many draws."
        ),
        "seed": click.option("--seed", type=int, help="The seed; the study's own by default."),
        "engine": click.option(
            "--engine",
            type=click.Choice(["auto", "expected", "counts", "citizens"]),
            help="counts, citizens: whole people, with chance (auto takes the cheaper); "
            "expected: means given the draw.",
        ),
        "settings": click.option(
            "--set",
            "settings",
            multiple=True,
            metavar="PATH=VALUE",
            help="Replace a value: --set plan.effect.0.hazard_ratio=1.3",
        ),
        "perspective": click.option("--perspective", help="Whose money the report opens with."),
    },
)


# ── of a run ──


class Duration(click.ParamType):
    """A length of time, in seconds."""

    name = "time"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        from simlab.study import typed

        try:
            return float(value) if isinstance(value, float) else typed.duration(value)
        except typed.NumberError as error:
            self.fail(str(error), param, ctx)


def cores() -> int:
    """How many cores this process may use."""
    count = getattr(os, "process_cpu_count", os.cpu_count)()
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    return count or 1


# Help, and what is wrong with a study or a call, stay in English in every language: they name keys
# and options, which are English. Without a time limit no command would say that it takes years.
OF_A_RUN: dict[str, Decorator] = {
    "threads": click.option(
        "--threads", type=click.IntRange(1, 1024), default=cores, help="Default: all."
    ),
    "block": click.option(
        "--block",
        type=click.IntRange(1, 1_000_000),
        default=256,
        show_default=True,
        help="Draws computed at a time.",
    ),
    "time_limit": click.option(
        "--time-limit",
        type=Duration(),
        metavar="TIME",
        default="24h",
        show_default=True,
        help="Refuse what would take longer, by the forecast: 90m, 24h, 2d; none refuses nothing.",
    ),
    "language": click.option(
        "--lang",
        "language",
        type=click.Choice(["en", "da"]),
        default="en",
        show_default=True,
        help="The language of report, charts and figures.",
    ),
    "until": click.option(
        "--until",
        metavar="TARGET",
        help='Draw until a figure is sure enough: "payback<=5y ±0.5pp", "never ±1pp", '
        '"npv ±2%". --draws is then the most.',
    ),
    "resume": click.option("--resume", is_flag=True, help="Go on from the finished blocks."),
    "fresh": click.option("--fresh", is_flag=True, help="Throw finished blocks away."),
    "keep_blocks": click.option(
        "--keep-blocks", is_flag=True, help="Leave them, for more draws later."
    ),
    "lives": click.option(
        "--lives",
        is_flag=True,
        help="Draw a hundred citizens in both futures too. Each is of another draw, and how many "
        "fare otherwise with the plan hangs on a coupling that no data identify.",
    ),
    "bare": click.option(
        "--bare", is_flag=True, help="Tables and summaries only, no charts and reports."
    ),
}


def run_options(*names: str) -> Decorator:
    """Some options of a run, which reach the command as `RunOptions`; none changes a figure."""

    def made(**values: Any) -> RunOptions:
        from simlab.runs.options import RunOptions

        return RunOptions(**values)

    return _as_one("options", made, {name: OF_A_RUN[name] for name in names})


# ── of the command ──

quiet_option: Decorator = click.option("--quiet", is_flag=True, help="Print nothing but errors.")
dask_option: Decorator = click.option(
    "--dask",
    metavar="ADDRESS",
    help="Compute the blocks on a Dask cluster: tcp://scheduler:8786, the path of a scheduler "
    'file, or "local". Needs pip install "simlab[cluster]".',
)


def output_option(what: str = "The results folder.", default: Path | None = None) -> Decorator:
    """The folder, or the file, that a command writes."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        default=default,
        show_default=default is not None,
        help=what,
    )


def json_option(file: str) -> Decorator:
    """A file of the results on the screen, in the place of what is said there."""
    return click.option("--json", "as_json", is_flag=True, help=f"Print {file} instead.")
