"""``simlab compare PLAN…``"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simlab.cli.options import (
    StudyOptions,
    json_option,
    output_option,
    quiet_option,
    run_options,
    study_options,
)

if TYPE_CHECKING:
    from simlab.runs.options import RunOptions
    from simlab.study.study import Study


@click.command("compare")
@click.argument("plans", nargs=-1, required=True, metavar="PLAN...")
@study_options
@output_option()
@run_options("threads", "block", "time_limit", "language")
@quiet_option
@json_option("comparison.json")
@click.option(
    "--any-baseline",
    is_flag=True,
    help="Compare plans of different citizens too; differences are then not the plans' alone.",
)
def command(
    plans: tuple[str, ...],
    any_baseline: bool,
    changes: StudyOptions,
    options: RunOptions,
    output: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Set plans against the first, in the same draws.

    A draw has the same uncertain figures and the same business cycle in every plan; lives have the
    same random numbers where the plans do not differ.

    PLAN is a study, or NAME=STUDY. --set PATH=VALUE goes for all plans; --set "NAME: PATH=VALUE"
    for the plan of that name, which is made of the first study if it is not there yet:

    \b
      simlab compare plan.toml --set "a year later: plan.later_months=12"
                               --set "half the budget: plan.scale=0.5"
                               --set "effect lost: plan.effect_years=2"
    """
    import time

    from simlab.cli.progress import progress_bar
    from simlab.runs import files as results
    from simlab.runs.capacity import refuse_what_cannot_fit
    from simlab.words import Words

    began, words = time.perf_counter(), Words(options.language)
    everywhere, own = _by_plan(changes.settings)
    common = replace(changes, settings=everywhere).values
    studies = _studies(plans, common, own, words("as planned"))
    for study in studies.values():
        refuse_what_cannot_fit(study, options)
    stem = "-".join(dict.fromkeys(study.name for study in studies.values()))[:60]
    folder = results.open_folder(output or Path("results") / results.bare(f"compare-{stem}"))
    from simlab.runs.compare import compare

    first = next(iter(studies.values()))
    with progress_bar(first, quiet=quiet or as_json, words=words) as progress:
        compared = compare(studies, any_baseline=any_baseline, options=options, progress=progress)
    from simlab.folders.comparison_folder import about, write_comparison_folder

    seconds = round(time.perf_counter() - began, 1)
    used = {"threads": options.threads, "block": options.block}
    record = about(compared, folder, **used, seconds=seconds)
    write_comparison_folder(compared, folder, record, options.language)
    if as_json:
        from simlab.result.plain import plain_comparison

        click.echo(results.as_json(plain_comparison(compared)), nl=False)
    elif not quiet:
        from simlab.cli.comparison_screen import comparison_screen

        click.echo(comparison_screen(compared, words))
        click.echo(f"\n{folder / 'report.html'}")
        took = words.number(time.perf_counter() - began)
        click.echo(words("seed {seed}, {n} s", seed=first.form.seed, n=took))


def _by_plan(settings: tuple[str, ...]) -> tuple[tuple[str, ...], dict[str, list[str]]]:
    """The settings of all plans, and those of each named one."""
    from simlab.study.key_path import path_and_value

    everywhere: list[str] = []
    own: dict[str, list[str]] = {}
    for setting in settings:
        name, colon, of_plan = setting.partition(":")
        if path_and_value(setting) is not None or not colon:
            everywhere.append(setting)
        elif not name.strip():
            raise click.BadParameter(f'"{setting}" names no plan', param_hint="--set")
        else:
            own.setdefault(name.strip(), []).append(of_plan.strip())
    return tuple(everywhere), own


def _studies(
    plans: tuple[str, ...], common: dict[str, Any], own: dict[str, list[str]], as_planned: str
) -> dict[str, Study]:
    """Name → study, in the order given; then the variants of the first."""
    from simlab.study.study import load
    from simlab.study.unseen import visible

    given: dict[str, Path] = {}
    for plan in plans:
        name, equals, path = plan.partition("=")
        if not equals:
            path, name = plan, as_planned if len(plans) == 1 else visible(Path(plan).stem)
        if name.strip() in given:
            raise click.UsageError(f'two plans are named "{name.strip()}"; write NAME=STUDY')
        given[name.strip()] = Path(path.strip())
    first = next(iter(given.values()))
    studies: dict[str, Study] = {}
    for name in dict.fromkeys([*given, *own]):
        values = common | StudyOptions(settings=tuple(own.get(name, ()))).values
        studies[name] = load(given.get(name, first), values)
    if len(studies) < 2:
        raise click.UsageError(
            'one plan; name another study, or a variant: --set "a year later: plan.later_months=12"'
        )
    return studies
