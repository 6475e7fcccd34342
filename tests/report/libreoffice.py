"""A workbook as LibreOffice computes it, from a profile of its own and with a time limit.

Where there is no LibreOffice the tests that ask for it are skipped; with the environment variable
CI set, they fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 120
PLACES = (  # where installers put it without a word to PATH
    "C:/Program Files/LibreOffice/program/soffice.exe",
    "C:/Program Files (x86)/LibreOffice/program/soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
# Every formula is computed when a file is opened, whatever value was written with it.
RECKON = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
           xmlns:xs="http://www.w3.org/2001/XMLSchema"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def soffice() -> str:
    """The program; skips the test where it is not installed, and fails it in CI."""
    named = (shutil.which("soffice"), shutil.which("libreoffice"))
    found = next((one for one in (*named, *PLACES) if one and Path(one).exists()), None)
    if found is None:
        missing = "LibreOffice (soffice) is not installed: no one computes the workbook again"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return found


def computed(files: list[Path], folder: Path) -> dict[str, Path]:
    """Name → the workbook as LibreOffice saves it after computing every formula."""
    program, profile, out = soffice(), folder / "profile", folder / "computed"
    (profile / "user").mkdir(parents=True)
    settings = profile / "user" / "registrymodifications.xcu"
    settings.write_text(RECKON, encoding="utf-8")
    command = [program, "--headless", "--norestore", "--nolockcheck", "--nologo"]
    command += [f"-env:UserInstallation={profile.as_uri()}"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out)]
    done = subprocess.run(
        [*command, *map(str, files)],
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    found = {file.stem: out / file.name for file in files}
    missing = [name for name, file in found.items() if not file.exists()]
    assert done.returncode == 0 and not missing, f"{missing}: {done.stdout}{done.stderr}"
    assert "error" not in done.stderr.lower(), done.stderr
    return found
