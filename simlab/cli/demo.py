"""``simlab demo``"""

from __future__ import annotations

from typing import Any

import click

from simlab.cli.run import options_of_a_run, run_study


@click.command("demo")
@options_of_a_run
def command(**options: Any) -> None:
    """Run the shipped study: Hjørring Municipality's 124.7 million kr. in 2015-2018."""
    from simlab.study.reading import shipped_configs

    run_study(shipped_configs() / "programmes" / "hjoerring.toml", **options)
