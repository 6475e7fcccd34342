"""The machine and the versions that a measurement belongs to; nothing that names its owner."""

from __future__ import annotations

import platform
import shutil
import subprocess
from importlib import metadata, util
from pathlib import Path
from typing import Any

import psutil

LIBRARIES = ("numpy", "numba", "scipy", "quantecon", "heormodel", "jax")


def machine(cores: int) -> dict[str, Any]:
    """Processor, cores, memory, system, versions."""
    return {
        "processor": processor(),
        "cores": cores,
        "memory_gigabytes": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.system(),
        "python": platform.python_version(),
        "simlab": metadata.version("simlab"),
        "libraries": {n: metadata.version(n) for n in LIBRARIES if util.find_spec(n)},
        "compiler": compiler(),
    }


def processor() -> str:
    """The processor's name, where the system tells it."""
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def compiler() -> str | None:
    """The C compiler's own first line, without the name of its build."""
    found = shutil.which("cc")
    if found is None:
        return None
    text = subprocess.run(
        [found, "--version"], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    first = (text.stdout.splitlines() or [""])[0]
    name, _, version = first.partition(" ")
    kind = "clang" if "clang" in first else "gcc" if "gcc" in first or name == "cc" else name
    return f"{kind} {version.rpartition(' ')[2]}".strip()


def peak_memory() -> int | None:
    """The most bytes that this process has had in memory; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return getattr(psutil.Process().memory_info(), "peak_wset", None)  # Windows has it
