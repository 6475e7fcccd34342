"""What a result shows of its study's certificate (`simlab verify`), which lies in the folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simlab.runs.provenance import study_hash
from simlab.study.study import Study

FILE = "certificate.json"
HOW_TO_RUN = {"draws": 1, "engine": "auto"}  # what a run says of itself, not of the study


def verified_hash(study: Study) -> str:
    """The hash of what is verified: the study, however many draws are run on which engine."""
    return study_hash(study.replace(HOW_TO_RUN))


def of_folder(folder: Path, study: Study) -> dict[str, Any] | None:
    """What a result of ``study`` shows of the certificate that lies in its folder.

    None where there is none, or one of another study, which must not stand beside this result
    and is taken away.
    """
    path = folder / FILE
    try:
        with path.open(encoding="utf-8") as file:
            record = json.load(file)
        mine = record["verified"] == verified_hash(study)
        kept = {key: record[key] for key in ("passed", "verified", "draws", "checks")}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        mine, kept = False, {}
    if mine:
        return kept
    path.unlink(missing_ok=True)
    return None
