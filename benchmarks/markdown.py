"""The records of a benchmark as a page of the documentation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from benchmarks.bars import figure
from benchmarks.measure import Record, reached
from benchmarks.screen import goal_of, megabytes

HEAD = """\
# Benchmarks

Written by `python -m benchmarks`, not by hand; [benchmarks](../benchmarks/README.md) says what
each job is and how to run it. Speeds are medians of calls that took turns with those of the others
in the same run, and so are the ratios: a machine wanders by a third from hour to hour, ratios do
not. Compiling is apart. Every answer was compared with the exact expectation.
"""


def page(measured: dict[str, Any]) -> str:
    """The whole page from a measurement as it stands in JSON."""
    records = measured["records"]
    parts = [HEAD, about(measured)]
    jobs = [r for r in records if r["kind"] == "job"]
    if jobs:
        parts.append("## Goals\n\n" + "\n".join(goals(jobs)) + "\n")
    contests = [r for r in jobs if r["unit"] != "seconds" and r["entries"]]
    parts += [contest_table(record) for record in contests]
    tables = (("threads", threads_table), ("growth", growth_table))
    for kind, table in tables:
        of_kind = [r for r in records if r["kind"] == kind]
        if of_kind:
            parts.append("\n".join(table(of_kind)) + "\n")
    parts += [profile_table(r) for r in records if r["kind"] == "profile"]
    return "\n".join(parts)


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def about(measured: dict[str, Any]) -> str:
    """The machine, the versions and the day."""
    machine = measured["machine"]
    memory = machine["memory_gigabytes"]
    libraries = ", ".join(f"{name} {version}" for name, version in machine["libraries"].items())
    sizes = "" if measured["size"] == "default" else f" Sizes: {measured['size']}."
    return (
        f"Measured on {measured['day']} with {measured['threads']} threads: "
        f"{machine['processor']}, {machine['cores']} cores, "
        f"{f'{memory:g} GiB' if memory else 'memory not told'}, {machine['system']}, "
        f"Python {machine['python']}, simlab {machine['simlab']}, {libraries}, "
        f"{machine['compiler'] or 'no C compiler'}.{sizes}\n"
    )


def goals(jobs: Sequence[Record]) -> Iterator[str]:
    yield row("job", "work", "goal", "simlab", "of the goal")
    yield row("---", "---", "---", "---", "---")
    for record in jobs:
        work = f"{record['title']}: {record['size']}"
        if not record["entries"] or "trouble" in record["entries"][0]:
            text = record.get("skipped") or record["entries"][0]["trouble"]
            yield row(record["job"], work, goal_of(record), text, "")
            continue
        ours, part = record["entries"][0], reached(record)
        in_seconds = record["unit"] == "seconds"
        shown = f"{figure(median(ours['seconds']))} s" if in_seconds else figure(ours["speed"])
        share = "" if part is None else f"{100 * part:.0f} %"
        yield row(record["job"], work, goal_of(record), shown, share)


def contest_table(record: Record) -> str:
    """simlab and the peers, the fastest first."""
    lines = [
        f"## {record['job']}: {record['title']}\n",
        f"{record['size'][0].upper()}{record['size'][1:]}; {record['unit']}.\n",
        row("", "threads", "speed", "simlab's speed by it", "first call, s more", "note"),
        row("---", "---", "---", "---", "---", "---"),
    ]
    there = [e for e in record["entries"] if "speed" in e]
    for entry in sorted(there, key=lambda e: -e["speed"]):
        ours = entry is record["entries"][0]
        name = f"**{entry['name']}**" if ours else entry["name"]
        ratio = "" if ours else figure(entry["ratio"])
        first = f"{entry['compile_seconds']:.1f}" if entry["compile_seconds"] >= 0.05 else ""
        note = entry["note"]
        lines.append(row(name, entry["threads"], figure(entry["speed"]), ratio, first, note))
    absent = [e for e in record["entries"] if "trouble" in e]
    lines += [row(entry["name"], "", "", "", "", entry["trouble"]) for entry in absent]
    return "\n".join(lines) + "\n"


def threads_table(records: Sequence[Record]) -> Iterator[str]:
    yield "## Two threads against one\n"
    yield "Medians of the ratios of pairs of calls that took turns.\n"
    yield row("job", "work", "times as fast", "goal", "pairs")
    yield row("---", "---", "---", "---", "---")
    for r in records:
        yield row(r["job"], r["size"], f"{r['ratio']:.2f}", r["goal"], r["pairs"])


def growth_table(records: Sequence[Record]) -> Iterator[str]:
    yield "## J6: growth\n"
    yield "J5a with other numbers of citizens at the start, each case in a process of its own.\n"
    yield row("citizens", "draws", "threads", "seconds", "peak memory, MB")
    yield row("---:", "---:", "---:", "---:", "---:")
    for r in records:
        sizes = (f"{r['citizens']:,}", f"{r['draws']:,}", r["threads"])
        found = (r["trouble"], "") if "trouble" in r else (figure(r["seconds"]), megabytes(r))
        yield row(*sizes, *found)


def profile_table(record: Record) -> str:
    """The rooms of J5."""
    kernels = f"{100 * record['kernels_of_job']:.0f} %"
    lines = [
        f"## Profile of {record['job']}: {record['title']}\n",
        f"{record['draws']:,} draws on one thread, {record['seconds']:.1f} s of processor time "
        f"with charts and report; kernels are {kernels} of the rest.\n",
        row("room", "seconds", "share", "of that in kernels"),
        row("---", "---:", "---:", "---:"),
    ]
    for room in record["rooms"]:
        share = f"{100 * room['seconds'] / record['seconds']:.0f} %"
        seconds, kernels = f"{room['seconds']:.2f}", f"{room['kernels']:.2f}"
        lines.append(row(room["room"], seconds, share, kernels if room["kernels"] else ""))
    return "\n".join(lines) + "\n"
