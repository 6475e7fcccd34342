"""A mistake of ours, told so that it can be reported: one run's or one check's, and no other's."""

from __future__ import annotations

import traceback
from pathlib import Path


def unexpected(error: Exception) -> str:
    """unexpected KeyError: 'job' (rows.py, line 12); please report it"""
    where = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(where.filename).name}, line {where.lineno}"
    return f"unexpected {type(error).__name__}: {error} ({place}); please report it"
