"""``simlab demo``"""

from __future__ import annotations

from typing import Any

import click

from simlab.cli.options import dask_option, run_options, study_options, survival_options


@click.command("demo")
@study_options
@run_options
@survival_options
@dask_option
def command(**options: Any) -> None:
    """Run the shipped study: Hjørring Municipality's 124.7 million kr. in 2015-2018."""
    from simlab.cli.run import run_study
    from simlab.study.reading import shipped_configs

    run_study(shipped_configs() / "programmes" / "hjoerring.toml", **options)
