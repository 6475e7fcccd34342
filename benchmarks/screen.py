"""Records of a benchmark as lines for a person; a line is a text and its colour."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.bars import Ink, bar, compared, figure, of_goal
from benchmarks.measure import Record, reached

Line = tuple[str, str]  # text, style of rich
MET, MISSED, PLAIN_LINE, FAINT = "green", "yellow", "", "dim"


def machine_lines(machine: dict[str, Any], threads: int, size: str) -> Iterator[Line]:
    """The machine and the versions, once, at the head."""
    memory = machine["memory_gigabytes"]
    parts = [
        f"{machine['processor']}, {machine['cores']} cores",
        f"{memory:g} GiB" if memory else "memory not told",
        machine["system"],
    ]
    yield ", ".join(parts), "bold"
    versions = [f"simlab {machine['simlab']}", f"Python {machine['python']}"]
    versions += [f"{name} {version}" for name, version in machine["libraries"].items()]
    versions.append(machine["compiler"] or "no C compiler")
    yield ", ".join(versions), PLAIN_LINE
    yield f"{threads} threads; medians of calls that took turns; compiling is apart", PLAIN_LINE
    if size == "quick":
        yield "quick: sizes far below the goals' own, so speeds say little", MISSED


def lines_of(record: Record, before: str | None, ink: Ink) -> Iterator[Line]:
    """A record's lines; ``before`` is the kind of the record above it, whose heading may do."""
    kind = record["kind"]
    if kind == "job":
        yield from job_lines(record, ink)
    elif kind == "threads":
        if before != kind:
            yield "", PLAIN_LINE
            yield "Two threads against one", "bold"
        goal, ratio = record["goal"], record["ratio"]
        drawn = bar(ratio, goal, max(2.0, ratio), ink)
        text = f"  {record['job']:<4} {ratio:>5.2f} {drawn}  goal {goal}; {record['size']}"
        yield text, MET if ratio >= goal else MISSED
    elif kind == "growth":
        yield from growth_lines(record, before)
    else:
        yield from profile_lines(record, ink)


def job_lines(record: Record, ink: Ink) -> Iterator[Line]:
    """The goal, simlab, and the peers below."""
    yield "", PLAIN_LINE
    yield f"{record['job']}  {record['title']}: {record['size']}", "bold"
    if "skipped" in record:
        yield f"  skipped: {record['skipped']}; goal {goal_of(record)}", MISSED
        return
    if record["unit"] == "seconds":
        yield seconds_line(record, ink)
        return
    part = reached(record)
    goal = None if part is None else record["entries"][0]["speed"] / part
    longest = max([goal or 0.0, *(e["speed"] for e in record["entries"] if "speed" in e)])
    shown = "" if goal is None else figure(goal)
    yield f"  {'goal: ' + goal_of(record):<50} {shown:>7}  {record['unit']}", PLAIN_LINE
    for number, entry in enumerate(record["entries"]):
        if "trouble" in entry:
            yield f"  {entry['name']:<38} {entry['trouble']}", "red" if number == 0 else FAINT
            continue
        threads = "1 thread" if entry["threads"] == "1" else entry["threads"]
        threads = f"{threads} threads" if threads.isdigit() or threads == "all" else threads
        drawn = bar(entry["speed"], goal, longest, ink)
        text = f"  {entry['name']:<38} {threads:<11} {figure(entry['speed']):>7}  {drawn}  "
        said = compared(entry["ratio"]) if number > 0 else of_goal(part)
        yield f"{text}{beside(entry, said)}".rstrip(), colour(part) if number == 0 else PLAIN_LINE


def beside(entry: Record, said: str) -> str:
    """What stands after the bar."""
    parts = [said] if said else []
    if entry["compile_seconds"] >= 0.5:
        parts.append(f"first call {entry['compile_seconds']:.1f} s more")
    if entry["note"]:
        parts.append(entry["note"])
    return "; ".join(parts)


def colour(part: float | None) -> str:
    if part is None:
        return PLAIN_LINE
    return MET if part >= 1 else MISSED


def goal_of(record: Record) -> str:
    """A goal with its unit."""
    if record["unit"] == "seconds":
        return f"{record['goal']:g} s at {record['goal_draws']:,} draws"
    return "; ".join(f"{wanted:g} times {peer}" for peer, wanted in record["goals"].items())


def seconds_line(record: Record, ink: Ink) -> Line:
    """J5, J7, J8: the shorter the time, the longer the bar."""
    (entry,) = record["entries"]
    seconds, part = median(entry["seconds"]), reached(record)
    text = f"  {entry['name']:<38} {entry['threads'] + ' threads':<11} {figure(seconds) + ' s':>7}"
    if part is None:
        return f"{text}  goal {goal_of(record)}", PLAIN_LINE
    drawn = bar(min(part, 1.5), 1.0, max(1.0, min(part, 1.5)), ink)
    said = beside(entry, f"goal {record['goal']:g} s: {of_goal(part)}")
    return f"{text}  {drawn}  {said}", colour(part)


def growth_lines(record: Record, before: str | None) -> Iterator[Line]:
    if before != "growth":
        yield "", PLAIN_LINE
        yield "J6  growth of J5a, a process each", "bold"
        yield f"  {'citizens':>10} {'draws':>8} {'threads':>8} {'seconds':>8} {'peak MB':>8}", ""
    sizes = f"  {record['citizens']:>10,} {record['draws']:>8,} {record['threads']:>8}"
    if "trouble" in record:
        yield f"{sizes} {record['trouble']}", "red"
        return
    yield f"{sizes} {figure(record['seconds']):>8} {megabytes(record):>8}", PLAIN_LINE


def megabytes(record: Record) -> str:
    """The peak of memory, where the system tells it."""
    peak = record["peak_bytes"]
    return "not told" if peak is None else f"{peak / 1e6:,.0f}"


def profile_lines(record: Record, ink: Ink) -> Iterator[Line]:
    yield "", PLAIN_LINE
    title = f"Profile of {record['job']}  {record['title']}: {record['draws']:,} draws, one thread"
    kernels = f"kernels are {100 * record['kernels_of_job']:.0f} % of the job"
    yield f"{title}, {record['seconds']:.1f} s of processor time; {kernels}", "bold"
    longest = max(room["seconds"] for room in record["rooms"])
    for room in record["rooms"]:
        seconds = room["seconds"]
        cells = round(30 * seconds / longest)
        share = f"{100 * seconds / record['seconds']:>3.0f} %"
        inside = f"  {room['kernels']:.2f} s in kernels" if room["kernels"] > 0.005 else ""
        drawn = f"{ink.filled * cells:<30}"
        yield (
            f"  {room['room']:<12} {seconds:>7.2f} s {share}  {drawn}{inside}".rstrip(),
            PLAIN_LINE,
        )
