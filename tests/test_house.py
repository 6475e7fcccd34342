"""The house: rooms and their one direction, names, papers, and what starts quickly.

Everything here is read from the files, so a rule that is broken names its file.
"""

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import simlab
from simlab.cli import COMMANDS, group

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "simlab"
FOLDERS = (".ci", "benchmarks", "configs", "docs", "notebooks", "simlab", "tests")
BINARY = {".png", ".pyc", ".nbi", ".nbc"}
HEAVY = ("numpy", "scipy", "numba", "matplotlib", "pydantic", "pandas", "pyarrow", "rich")
POSIX_ONLY = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
PUBLIC = {
    "StudyError",
    "cash_flow",
    "charts",
    "compare",
    "load",
    "loads",
    "payback",
    "rules",
    "simulate",
}


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def files() -> list[Path]:
    """Every text file of the project."""
    inside = [p for folder in FOLDERS for p in (ROOT / folder).rglob("*")]
    found = [p for p in [*ROOT.iterdir(), *inside] if p.is_file() and p.suffix not in BINARY]
    # in a second work tree .git is a file, which says where the first one is
    return sorted(p for p in found if "__pycache__" not in p.parts and p.name != ".git")


def sources(*folders: str) -> list[Path]:
    return [p for p in files() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in folders]


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def marked(marker: str) -> str:
    """The fenced block of README.md under an invisible marker."""
    pattern = rf"^<!-- {marker} -->\n```\w+\n(.*?)\n```$"
    found = re.findall(pattern, text_of(ROOT / "README.md"), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, f"README.md holds {len(found)} blocks marked {marker!r}, not one"
    return found[0]


# ---- rooms --------------------------------------------------------------------------------------


def imported(path: Path) -> set[str]:
    """Every module that a file imports, wherever in it, for types only included."""
    found = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)} line {node.lineno}: a relative import"
            module = node.module or ""
            found |= {module, *(f"{module}.{alias.name}" for alias in node.names)}
    return found


def rooms() -> list[str]:
    return sorted(p.parent.name for p in PACKAGE.glob("*/__init__.py"))


def modules_of(room: str) -> dict[str, Path]:
    """The modules of a room by dotted name, those of its packages too."""
    paths = [p for p in sources("simlab") if p.parts[len(PACKAGE.parts)] == room]
    dotted = {".".join(p.relative_to(ROOT).with_suffix("").parts): p for p in paths}
    return {name.removesuffix(".__init__"): path for name, path in dotted.items()}


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "simlab" and len(parts) > 1 and parts[1] in rooms() else None


def drawn() -> dict[str, set[str]]:
    """The graph in the code: room → the other rooms that it imports."""
    graph = {}
    for room in rooms():
        met = {
            room_of(m) for p in sources("simlab") if p.parts[len(PACKAGE.parts)] == room
            for m in imported(p)
        }  # fmt: skip
        graph[room] = {other for other in met if other is not None and other != room}
    return graph


def written() -> dict[str, set[str]]:
    """The graph in README.md, in the order in which the rooms stand there."""
    lines = [line.partition(":") for line in marked("the rooms").splitlines()]
    return {room.strip(): set(others.split()) for room, _, others in lines}


def test_readme_names_every_room():
    assert sorted(written()) == rooms()


def test_every_room_imports_only_from_rooms_to_its_left():
    order = list(written())
    wrong = {
        f"{room} imports {other}"
        for room, others in drawn().items()
        for other in others
        if order.index(other) > order.index(room)
    }
    assert not wrong


def test_the_graph_in_readme_is_the_graph_in_the_code():
    order, graph = list(written()), drawn()
    lines = [f"{r:<9}: {' '.join(o for o in order if o in graph[r])}".rstrip() for r in order]
    assert written() == graph, "README.md should say\n" + "\n".join(lines)


@pytest.mark.parametrize("room", rooms())
def test_no_two_modules_of_a_room_import_one_another(room):
    """Wherever they do it, for types alone as well: what imports itself cannot be read in order."""
    modules = modules_of(room)
    left = {name: imported(path) & set(modules) - {name} for name, path in modules.items()}
    for package in [name for name, path in modules.items() if path.name == "__init__.py"]:
        for others in left.values():  # whoever imports a module of it takes nothing else of it
            if any(other.startswith(f"{package}.") for other in others):
                others.discard(package)
    while free := [name for name, others in left.items() if not others & set(left)]:
        for name in free:
            del left[name]
    while free := [name for name in left if not any(name in others for others in left.values())]:
        for name in free:
            del left[name]
    assert not left


# What may be written to beside one's own: objects that are being made, and what libraries ask for.
# Everything else is frozen, and a variant of it is another object.
BEING_MADE = {
    "charts/files.py": {"figure"},
    "cli/interrupt.py": {"stops"},
    "engine/exponential.py": {"table.flags"},
    "engine/simulate.py": {"seen.flags"},
    "finance/cash_flow.py": {"array.flags"},
    "kernel/cache.py": {"numba.config"},
    "kernel/compiled.py": {"made"},
    "memo/docx.py": {
        "about",
        "document.add_paragraph().add_run(_text(_caption(table)))",
        "document.add_paragraph().paragraph_format",
        "normal.font",
        "normal.paragraph_format",
        "page",
        "paragraph",
        "paragraph.paragraph_format",
        "run",
        "run.font",
        "small",
        "small.font",
    },
    "model/hazards.py": {"drawn"},
    "model/parameters.py": {"values.flags"},
    "report/parts.py": {"object"},
    "study/reading.py": {"tree"},
    "study/message.py": {"object"},
    "study/typed.py": {"typed"},
}


def written_to(tree: ast.AST) -> Iterator[ast.expr]:
    """The owner of every attribute that is set in some code, however it is set."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            yield node.value
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("__setattr__"):
            yield node.func.value if isinstance(node.func, ast.Attribute) else node.func
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "copy.copy"):
            yield node.func


def test_nobody_writes_into_what_somebody_else_has_made():
    wrong = {}
    for path in sources("simlab"):
        name, tree = path.relative_to(PACKAGE).as_posix(), ast.parse(text_of(path))
        owners = {ast.unparse(owner) for owner in written_to(tree)} - {"self"}
        if owners != BEING_MADE.get(name, set()):
            wrong[name] = owners
        assert "from copy import copy" not in text_of(path), f"{name}: copies, to write into it"
    assert not wrong


COMPILERS = {"simlab.kernel.compiled.kernel", "simlab.kernel.compiled.inline"}


def compiles(module: str) -> bool:
    return module.partition(".")[0] == "numba" or module in COMPILERS


def kernels() -> list[Path]:
    """Modules with compiled code: by numba itself, or as `simlab.kernel.compiled` sets it up."""
    return [p for p in sources("simlab") if any(map(compiles, imported(p)))]


def test_kernels_know_no_study():
    names = {shown(p) for p in kernels()}
    engines = {f"simlab/engine/{name}.py" for name in ("expected", "counts", "citizens")}
    others = {"simlab/kernel/transition.py", "simlab/kernel/forward.py", "simlab/finance/pay.py"}
    assert names >= engines | others, "the search for kernels has lost some"
    knowing = [shown(p) for p in kernels() if any(room_of(m) == "study" for m in imported(p))]
    assert not knowing


def test_the_engines_kernels_know_arrays_only():
    allowed = {"engine", "kernel", "model.addresses"}
    for path in kernels():
        if path.parent.name == "engine":
            met = {m.removeprefix("simlab.") for m in imported(path) if room_of(m)}
            strangers = {m for m in met if not any(f"{m}.".startswith(f"{a}.") for a in allowed)}
            assert not strangers, shown(path)


def test_finance_draws_no_random_number():
    for path in sources("simlab"):
        if path.parent.name == "finance":
            assert not any("chance" in m or "random" in m for m in imported(path)), shown(path)


# ---- names --------------------------------------------------------------------------------------


def test_no_module_is_a_drawer_of_odds_and_ends():
    odd = {"utils", "util", "helpers", "helper", "misc", "common", "tools", "lib", "stuff"}
    found = [shown(p) for p in sources("simlab", "tests", "benchmarks")]
    assert not [p for p in found if odd & set(re.split(r"[/._]", p))]
    assert not [p for p in found if "_and_" in p]


def test_every_module_has_a_docstring():
    bare = [
        shown(p)
        for p in sources("simlab")
        if p.name != "__init__.py" and not ast.get_docstring(ast.parse(text_of(p)))
    ]
    assert not bare


def test_the_public_names_are_these_and_each_is_there():
    assert set(simlab.__all__) == PUBLIC
    for name in PUBLIC:
        assert inspect.getdoc(getattr(simlab, name)), name


def test_a_star_import_gives_the_public_names_and_no_others():
    names: dict[str, object] = {}
    exec("from simlab import *", names)
    assert names.keys() - {"__builtins__"} == PUBLIC


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'pay_back'"):
        _ = simlab.pay_back


def test_payback_is_the_function_whatever_was_imported_before():
    import simlab.risk.payback

    assert inspect.isfunction(simlab.payback)
    assert set(rooms()) & PUBLIC == {"charts"}


# ---- what starts quickly ------------------------------------------------------------------------


def loaded_by(code: str) -> set[str]:
    """The heavy libraries that are loaded after ``code`` in a fresh interpreter."""
    asked = f"{code}\nimport sys\nprint(*sorted(set({HEAVY}) & set(sys.modules)), file=sys.stderr)"
    ended = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, encoding="utf-8", cwd=ROOT, check=True
    )
    return set(ended.stderr.split())


@pytest.mark.parametrize(
    "code",
    [
        "import simlab",
        "import simlab, simlab.cli",
        'from simlab.cli import group; group(["--help"], standalone_mode=False)',
    ],
)
def test_what_only_asks_for_help_loads_no_heavy_library(code):
    assert loaded_by(code) == set()


def test_loading_a_study_is_what_loads_pydantic():
    assert "pydantic" in loaded_by("import simlab; simlab.load")


# ---- papers -------------------------------------------------------------------------------------


def test_help_and_readme_list_the_commands_that_exist():
    files_of_commands = {
        p.stem for p in (PACKAGE / "cli").glob("*.py") if "@click.command(" in text_of(p)
    }
    assert files_of_commands - {"__init__"} == set(COMMANDS)
    shown_by_help = CliRunner().invoke(group, ["--help"]).output
    in_readme = re.findall(r"^\| `simlab (\w+)", text_of(ROOT / "README.md"), re.MULTILINE)
    assert in_readme == list(COMMANDS)
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", shown_by_help, re.MULTILINE)


def test_readme_names_every_option_of_a_run():
    command = group.get_command(None, "run")  # type: ignore[arg-type]
    options = {p.opts[0] for p in command.params if p.opts[0].startswith("-")}
    named = set(re.findall(r"`(-[-\w]+)", text_of(ROOT / "README.md")))
    assert options == {o for o in named if o not in ("--help",)}


def test_the_two_commands_are_a_line_each_and_ci_runs_them():
    common = "python3 -m venv .venv && .venv/bin/python -m pip install --quiet "
    assert marked("the demo command") == common + ". && .venv/bin/simlab demo"
    assert marked("the test command") == (
        common + '--editable ".[test]" && .venv/bin/python -m pytest'
    )
    ci = text_of(ROOT / ".ci" / "run")
    for marker in ("the demo command", "the test command"):
        assert f'command_of "{marker}"' in ci


def test_the_study_in_readme_can_be_simulated():
    study = simlab.loads(marked("the study"))
    found = simlab.payback(simlab.cash_flow(simlab.simulate(study, draws=64)))
    assert found.draws == 64
    assert found.cost[:, -1] == pytest.approx(5e6)


def test_the_example_in_readme_runs(tmp_path, monkeypatch):
    import matplotlib

    matplotlib.use("Agg")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    example = marked("the example").replace('"configs/', f'"{ROOT.as_posix()}/configs/')
    exec(example.replace("1_000", "32"), names)
    assert (tmp_path / "payback.svg").stat().st_size > 1000
    assert names["payback"].draws == 32  # type: ignore[attr-defined]


def test_every_link_in_the_papers_leads_somewhere():
    papers = [p for p in files() if p.suffix == ".md"]
    assert len(papers) > 10
    for paper in papers:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text_of(paper)):
            if "://" not in target:
                assert (paper.parent / target).exists(), f"{shown(paper)}: {target}"


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    cited = re.search(r"^version: (\S+)$", text_of(ROOT / "CITATION.cff"), re.MULTILINE)
    assert cited is not None
    assert simlab.__version__ == project["version"] == cited[1]


def test_decisions_are_numbered_without_gaps_and_short():
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [p.name[:4] for p in records] == [f"{n:04}" for n in range(1, len(records) + 1)]
    for record in records:
        lines = text_of(record).splitlines()
        assert len(lines) <= 40, shown(record)
        heads = [line for line in lines if line.startswith("## ")]
        assert heads == ["## Context", "## Decision", "## Consequences"], shown(record)


def test_the_changelog_has_a_place_for_numbers_that_changed():
    versions = text_of(ROOT / "CHANGELOG.md").split("\n## ")[1:]
    assert versions
    for version in versions:
        assert "### Numbers that changed" in version, version.partition("\n")[0]


# ---- every file ---------------------------------------------------------------------------------


def opened_without_encoding(path: Path) -> Iterator[int]:
    """Lines where a text is opened, read, written or piped in the machine's own encoding."""
    tree = ast.parse(text_of(path))
    not_texts = {"os", "zipfile"} | {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("simlab")
        for alias in node.names
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        owner = getattr(getattr(node.func, "value", None), "id", None)
        keywords = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
        if owner in not_texts or "encoding" in keywords:
            continue
        values = [getattr(a, "value", None) for a in node.args] + [keywords.get("mode")]
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("read_text", "write_text"):
            yield node.lineno
        elif getattr(node.func, "attr", getattr(node.func, "id", "")) == "open":
            if not any(
                isinstance(v, str) and re.fullmatch("[rwxab+]*b[rwxab+]*", v) for v in values
            ):
                yield node.lineno
        elif keywords.get("text") is True:
            yield node.lineno


def test_every_text_is_opened_with_its_encoding():
    wrong = [
        f"{shown(path)}:{number}"
        for path in sources("simlab", "tests", "benchmarks")
        for number in opened_without_encoding(path)
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("open('a')", [1]),
        ("open('a', 'rb')", []),
        ("open('a', encoding='utf-8')", []),
        ("p.open('w')", [1]),
        ("p.read_text()", [1]),
        ("p.write_text('ab')", [1]),
        ("from simlab.runs import folder; folder.write_text(p, 'ab')", []),
        ("os.open('a', os.O_RDONLY)", []),
        ("subprocess.run(c, text=True)", [1]),
        ("subprocess.run(c, text=True, encoding='utf-8')", []),
    ],
)
def test_the_search_for_texts_without_encoding_finds_them(tmp_path, code, found):
    file = tmp_path / "code.py"
    file.write_text(code, encoding="utf-8")
    assert list(opened_without_encoding(file)) == found


def test_no_module_is_for_posix_alone():
    assert not [shown(p) for p in sources("simlab") if imported(p) & POSIX_ONLY]


def test_every_file_is_utf_8_with_unix_line_ends():
    for path in files():
        content = path.read_bytes()
        assert b"\r" not in content, shown(path)
        content.decode("utf-8")


def test_no_file_names_a_place_on_somebodys_machine():
    homes = "|".join(("home", "root", "tmp", "work", "opt", "Users", "mnt"))
    places = re.compile(rf"(?<![\w.~/:-])/(?:{homes})/|[A-Z]:\\+Users|(?<!\w)\.\./shared")
    hosts = re.compile(r"https?://[^\s\"']*/(?:simple|packages)/|--(?:extra-)?index-url|localhost")
    found = [
        f"{shown(path)}:{number}"
        for path in files()
        if path != Path(__file__).resolve()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if places.search(line) or hosts.search(line)
    ]
    assert not found
