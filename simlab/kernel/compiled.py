"""How kernels are compiled: cached, without the interpreter's lock, without reference counts.

A kernel gets arrays and fills arrays. It allocates nothing (scratch is handed in), so numba need
not count references to arrays, which cost up to four fifths of a call between small kernels and
stood in the way of every optimisation across it. Kernels may therefore be small and call each
other. Division follows IEEE; nothing is reordered (no fast-math), so results are the same to the
bit wherever the same processor runs them.

In a kernel an index counts from the front: ``a[i]`` with a variable i below 0 is not an element
from the end, as in Python, but lies outside the array. In return no index is first compared with
0, which took a quarter of the time of an event in ``citizens``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import njit, types
from numba.core import ir
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import FunctionPass, register_pass
from numba.core.typed_passes import NopythonRewrites
from numba.core.typing.templates import signature

from simlab.kernel.cache import cached
from simlab.kernel.kept import KernelCache


@register_pass(mutates_CFG=False, analysis_only=False)
class IndexFromTheFront(FunctionPass):
    """Types whole numbers that index an array as unsigned, for which numba tests no sign."""

    _name = "index_from_the_front"

    def __init__(self) -> None:
        FunctionPass.__init__(self)

    def run_pass(self, state: Any) -> bool:
        for block in state.func_ir.blocks.values():
            for line in block.body:
                reads = isinstance(line, ir.Assign) and getattr(line.value, "op", "") == "getitem"
                what = line.value if reads else line
                if reads or isinstance(line, ir.SetItem):
                    typed = state.calltypes[what]
                    array, index, *value = typed.args
                    if isinstance(array, types.Array):
                        del state.calltypes[what]  # which refuses to be written over
                        state.calltypes[what] = signature(
                            typed.return_type, array, _unsigned(index), *value
                        )
        return True


def _unsigned(index: types.Type) -> types.Type:
    """The type of an index, its whole numbers without sign."""
    if isinstance(index, types.BaseTuple):
        return types.Tuple([_unsigned(part) for part in index.types])
    return types.uintp if isinstance(index, types.Integer) else index


class KernelCompiler(CompilerBase):
    """numba's own compiler, with one more pass."""

    def define_pipelines(self) -> list[Any]:
        passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
        passes.add_pass_after(IndexFromTheFront, NopythonRewrites)
        passes.finalize()
        return [passes]


ALIKE = {"error_model": "numpy", "_nrt": False, "pipeline_class": KernelCompiler}
KEPT = cached()


def _compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """A decorator of kernels with these options."""
    compile_later = njit(**options, **ALIKE)

    def decorate(function: Callable[..., Any]) -> Any:
        made = compile_later(function)
        if KEPT and hasattr(made, "enable_caching"):  # as written where numba compiles nothing
            made._cache = KernelCache(function)
        return made

    return decorate


kernel = _compiled(nogil=True)
inline = _compiled(forceinline=True)  # of a few lines
