"""The machine and the versions that a measurement belongs to; nothing that names its owner."""

from __future__ import annotations

import ctypes
import os
import platform
import shutil
import subprocess
from importlib import metadata, util
from pathlib import Path
from typing import Any

from simlab.runs.forecast import available_memory

LIBRARIES = ("numpy", "numba", "scipy", "quantecon", "heormodel", "jax")


def machine(cores: int) -> dict[str, Any]:
    """Processor, cores, memory, system, versions."""
    memory = available_memory()
    return {
        "processor": processor(),
        "cores": cores,
        "memory_gigabytes": None if memory is None else round(memory / 2**30, 1),
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
    return _peak_on_windows() if os.name == "nt" else None


def _peak_on_windows() -> int | None:  # pragma: no cover
    """PeakWorkingSetSize of PROCESS_MEMORY_COUNTERS."""

    class Counters(ctypes.Structure):
        _fields_ = [
            ("cb", ctypes.c_uint32),
            ("page_faults", ctypes.c_uint32),
            ("peak_working_set", ctypes.c_size_t),
            *((f"other_{i}", ctypes.c_size_t) for i in range(7)),
        ]

    counters = Counters(cb=ctypes.sizeof(Counters))
    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    process = ctypes.c_void_p(kernel.GetCurrentProcess())
    text = kernel.K32GetProcessMemoryInfo(process, ctypes.byref(counters), counters.cb)
    return int(counters.peak_working_set) if text else None
