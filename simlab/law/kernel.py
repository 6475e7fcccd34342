"""How kernels are compiled: cached, without the interpreter's lock, without reference counts.

A kernel gets arrays and fills arrays. It allocates nothing (scratch is handed in), so numba need
not count references to arrays, which cost up to four fifths of a call between small kernels and
stood in the way of every optimisation across it. Kernels may therefore be small and call each
other. Division follows IEEE; nothing is reordered (no fast-math), so results are the same to the
bit wherever the same processor runs them.
"""

from __future__ import annotations

from numba import njit

kernel = njit(cache=True, nogil=True, error_model="numpy", _nrt=False)
inline = njit(cache=True, error_model="numpy", _nrt=False, forceinline=True)  # of a few lines
