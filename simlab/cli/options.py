"""Options that commands share, and how their values reach a study."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])


def study_options(function: F) -> F:
    """What changes the study itself; the resolved study in the results records it."""
    for option in reversed(
        [
            click.option("--draws", type=click.IntRange(1, 100_000_000), help="How many draws."),
            click.option("--seed", type=int, help="The seed; the study's own by default."),
            click.option(
                "--engine",
                type=click.Choice(["auto", "expected", "counts", "citizens"]),
                help="counts, citizens: whole people, with chance (auto takes the cheaper); "
                "expected: means given the draw.",
            ),
            click.option(
                "--set",
                "settings",
                multiple=True,
                metavar="PATH=VALUE",
                help="Replace a value: --set plan.effect.0.hazard_ratio=1.3",
            ),
            click.option("--perspective", help="Whose money the report opens with."),
        ]
    ):
        function = option(function)
    return function


def lang_option(function: F) -> F:
    """The language of all that is shown. Help, and what is wrong with a study or a call, stay in
    English: they name keys and options, which are English."""
    option = click.option(
        "--lang", type=click.Choice(["en", "da"]), default="en", show_default=True,
        help="The language of report, charts and figures.",
    )  # fmt: skip
    return option(function)


def run_options(function: F) -> F:
    """How a run is made and shown; none of these changes a figure."""
    for option in reversed(
        [
            click.option(
                "-o", "--output", type=click.Path(path_type=Path), help="The results folder."
            ),
            click.option(
                "--threads", type=click.IntRange(1, 1024), default=None, help="Default: all."
            ),
            click.option(
                "--block", type=click.IntRange(1, 1_000_000), default=256, show_default=True,
                help="Draws computed at a time.",
            ),
            time_limit_option,
            lang_option,
            click.option("--quiet", is_flag=True, help="Print nothing but errors."),
            click.option("--json", "as_json", is_flag=True, help="Print summary.json instead."),
        ]
    ):  # fmt: skip
        function = option(function)
    return function


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


def time_limit_option(function: F) -> F:
    """How long a command may take; without it none would say that it takes years."""
    option = click.option(
        "--time-limit", type=Duration(), metavar="TIME", default="24h", show_default=True,
        help="Refuse what would take longer, by the forecast: 90m, 24h, 2d; none refuses nothing.",
    )  # fmt: skip
    return option(function)


def until_option(function: F) -> F:
    """How sure a figure is to be."""
    option = click.option(
        "--until", metavar="TARGET",
        help='Draw until a figure is sure enough: "payback<=5y ±0.5pp", "never ±1pp", '
        '"npv ±2%". --draws is then the most.',
    )  # fmt: skip
    return option(function)


def survival_options(function: F) -> F:
    """When a run stops, and what becomes of its finished blocks; no figure of so many draws."""
    for option in reversed(
        [
            until_option,
            click.option("--resume", is_flag=True, help="Go on from the finished blocks."),
            click.option("--fresh", is_flag=True, help="Throw finished blocks away."),
            click.option("--keep-blocks", is_flag=True, help="Leave them, for more draws later."),
        ]
    ):  # fmt: skip
        function = option(function)
    return function


def dask_option(function: F) -> F:
    """Where blocks are computed, if not here."""
    option = click.option(
        "--dask", metavar="ADDRESS",
        help="Compute the blocks on a Dask cluster: tcp://scheduler:8786, the path of a scheduler "
        'file, or "local". Needs pip install "simlab[cluster]".',
    )  # fmt: skip
    return option(function)


def settings_of(
    draws: int | None,
    seed: int | None,
    engine: str | None,
    settings: tuple[str, ...],
    perspective: str | None,
) -> dict[str, Any]:
    """The values that options put into the study, by key path."""
    given = {"draws": draws, "seed": seed, "engine": engine, "perspective": perspective}
    from simlab.study import typed
    from simlab.study.key_path import path_and_value

    found: dict[str, Any] = {}
    for setting in settings:
        sides = path_and_value(setting)
        if sides is None:
            raise click.BadParameter(f'"{setting}"; write PATH=VALUE', param_hint="--set")
        path, text = sides
        try:
            found[path] = typed.value(text)
        except typed.NumberError as error:
            raise click.BadParameter(f"{path}: {error}", param_hint="--set") from None
    return found | {key: value for key, value in given.items() if value is not None}


def cores() -> int:
    """How many cores this process may use."""
    count = getattr(os, "process_cpu_count", os.cpu_count)()
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    return count or 1
