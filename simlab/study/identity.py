"""What a study is, to machines: the hash of its resolved text."""

from __future__ import annotations

import hashlib

from simlab.study.study import Study


def study_hash(study: Study) -> str:
    """SHA-256 of the resolved study."""
    return hashlib.sha256(study.resolved_toml().encode()).hexdigest()


def draws_hash(study: Study) -> str:
    """SHA-256 of all of the study that a draw depends on: how many there are is no part of it."""
    return hashlib.sha256(study.resolved_toml(without=("draws", "engine")).encode()).hexdigest()
