"""`certificate.json`: the certificate of a study in its results folder.

It holds what was compared, both figures, the tolerance, the smallest error that would have been
seen, and the outcome; the study's hash, the seed, versions and the time. Reading it changes
nothing; a run into the folder takes another study's away with the results of the other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from simlab.report.certificate_words import names
from simlab.result.certified import Certified
from simlab.result.plain import plain, read
from simlab.runs.files import FolderError, as_json, write_text
from simlab.runs.provenance import provenance
from simlab.study.errors import StudyError
from simlab.study.source import read_record
from simlab.study.study import Study, load
from simlab.verify.certificate import Certificate, verified_hash
from simlab.verify.false_alarm import LEVEL
from simlab.words import ENGLISH

FILE = "certificate.json"


def as_record(certificate: Certificate, **about: Any) -> dict[str, Any]:
    """What the file holds."""
    says, record = names(ENGLISH), plain(certificate.certified)
    checks = [check | {"compares": says[check["key"]]} for check in record.pop("checks")]
    return {
        **record,
        "false_alarm_level": LEVEL,
        "checks": checks,
        "provenance": provenance(certificate.study, **about),
    }


def write_certificate(record: dict[str, Any], folder: Path) -> Path:
    """Leave a certificate in a results folder."""
    path = folder / FILE
    write_text(path, as_json(record))
    return path


def refuse_another(folder: Path, study: Study) -> None:
    """FolderError where the results of another study lie in a folder."""
    try:
        there = load(folder / "study.toml")
    except StudyError:
        return  # none, or none that can be read: nothing to be mistaken for
    if verified_hash(there) != verified_hash(study):
        raise FolderError(f"{folder}: holds results of another study; choose a folder with -o")


def certified(folder: Path, study: Study) -> Certified | None:
    """What a result of ``study`` shows of the certificate that lies in its folder: None where there
    is none that can be read, or one of another study."""
    try:
        certificate = read(Certified, json.loads(read_record(folder / FILE)))
    except (OSError, ValueError, RecursionError):
        return None
    return certificate if certificate.verified == verified_hash(study) else None
