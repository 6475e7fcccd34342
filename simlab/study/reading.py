"""From files to one study: it may build on others (``extends``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simlab.study import layers
from simlab.study.errors import one_problem
from simlab.study.merging import merge
from simlab.study.toml import near_file, read_toml, shown_path
from simlab.study.tree import Tree

MAX_FILES = 64
MAX_NAME = 1_000  # characters of the name of a file


def shipped_configs() -> Path:
    """The folder of the configs that ship with simlab: in the package, or beside it in a clone."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "configs"
    return installed if installed.is_dir() else package.parent / "configs"


def _find(name: str, beside: Path, shown: str, index: int) -> Path:
    """The file that ``extends`` names: beside the study, one folder up, or shipped with simlab."""
    where = f"extends.{index}"
    if "\0" in name or len(name) > MAX_NAME:
        raise one_problem(shown, where, "is not the name of a file")
    if Path(name).is_absolute() or (len(name) > 1 and name[1] == ":"):
        raise one_problem(shown, where, f'"{name}" is an absolute path; write a relative one')
    roots = [beside.resolve().parent, shipped_configs().resolve()]
    for candidate in (beside / name, shipped_configs() / name):
        try:
            found = candidate.resolve()
            there = found.is_file()
        except (OSError, ValueError, RuntimeError) as error:  # links in a circle, names too long
            raise one_problem(shown, where, f"cannot be read: {error}") from None
        if there:
            if any(found.is_relative_to(root) for root in roots):
                return found
            raise one_problem(shown, where, f'"{name}" leaves the folder that the study lives in')
    raise one_problem(shown, where, f'no such file "{name}"{near_file(beside / name)}')


def _extend(tree: Tree, path: Path, tables: dict[str, Any], seen: tuple[Path, ...]) -> None:
    """Lay what a file extends, then the file; ``tree.read`` counts them: two that each extend two
    others, again and again, are as many as one likes."""
    shown = shown_path(path)
    tree.read += 1
    if tree.read > MAX_FILES:
        raise one_problem(tree.main, "extends", f"leads to over {MAX_FILES} files")
    bases = tables.get("extends", [])
    if not (isinstance(bases, list) and all(isinstance(b, str) for b in bases)):
        raise one_problem(shown, "extends", 'write a list of files: ["../systems/denmark.toml"]')
    for index, name in enumerate(bases):
        base = _find(name, path.parent, shown, index)
        if base in seen:
            raise one_problem(shown, f"extends.{index}", f'"{name}" extends itself in a circle')
        _extend(tree, base, read_toml(base), (*seen, base))
    below = layers.ground(tree)
    merge(tree, {k: v for k, v in tables.items() if k != "extends"}, shown)
    layers.laid(tree, below, layers.named(tables), shown)


def read_tree(path: Path) -> Tree:
    """The study at ``path`` with all that it extends."""
    tables = read_toml(path)
    tree = Tree(main=shown_path(path))
    _extend(tree, path, tables, (path.resolve(),))
    return tree
