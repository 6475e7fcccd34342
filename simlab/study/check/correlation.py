"""Correlations: of values that there are, and that can hold together."""

from __future__ import annotations

import numpy as np

from simlab.study.check.checker import Checker
from simlab.study.errors import nearest
from simlab.study.key_path import KeyPath
from simlab.study.quantities import quantities


def correlations(c: Checker) -> None:
    if not c.form.correlation:
        return
    known = {quantity.path for quantity in quantities(c.form)}
    pairs: dict[tuple[str, str], float] = {}
    for index, correlation in enumerate(c.form.correlation):
        path: KeyPath = ("correlation", index, "between")
        first, second = sorted(correlation.between)
        for name in (first, second):
            gone = any(f"{name}.".startswith(f"{wrong}.") for wrong in c.wrong)
            if name not in known and not gone:
                c.add(path, f'no value "{name}"{nearest(name, known)}')
        if first == second:
            c.add(path, "correlates a value with itself")
        if (first, second) in pairs:
            c.add(path[:2], "stands twice")
        pairs[first, second] = correlation.value
    names = sorted({name for pair in pairs for name in pair})
    matrix = np.eye(len(names))
    for pair, value in pairs.items():
        i, j = map(names.index, pair)
        matrix[i, j] = matrix[j, i] = value
    if np.linalg.eigvalsh(matrix)[0] < -1e-9:
        c.add(("correlation",), "no such correlations can hold together (not positive definite)")
