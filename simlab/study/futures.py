"""The two futures of the same people: without the plan, and with it."""

from __future__ import annotations

from typing import Literal

Future = Literal["baseline", "plan"]
FUTURES: tuple[Future, Future] = ("baseline", "plan")
