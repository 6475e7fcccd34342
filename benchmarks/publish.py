"""Measure everything and write the figures of the documentation.

python benchmarks/publish.py [OPTION]...     options go to ``simlab bench``
python benchmarks/publish.py --page          the page alone, from the figures that are there
"""

import json
import subprocess
import sys
from pathlib import Path

from simlab.bench.markdown import page

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ROOT / "benchmarks" / "measured.json"
PAGE = ROOT / "docs" / "benchmarks.md"


def measure(options: list[str]) -> int:
    """The exit code of a ``simlab bench`` that writes both files."""
    start = [sys.executable, "-c", "from simlab.cli import main; main()", "bench"]
    files = ["--json", str(MEASURED), "--markdown", str(PAGE)]
    return subprocess.run([*start, *options, *files], check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:] == ["--page"]:
        text = page(json.loads(MEASURED.read_text(encoding="utf-8")))
        PAGE.write_text(text, encoding="utf-8", newline="\n")
        sys.exit(0)
    sys.exit(measure(sys.argv[1:]))
