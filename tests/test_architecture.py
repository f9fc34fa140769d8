"""The house plan, proved from the code: who may import whom, what nothing may be called, where things lie.

Every rule is a function from a source tree to a list of sentences. It is asked about this project, where it
must find nothing, and about a small tree with the fault in it, where it must find that.
"""

import ast
import fnmatch
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent

# Lower number, lower floor. The longest matching prefix decides; what is left of `portal` is the roof.
FLOORS = {"portal.shared": 0, "services": 1, "outreach": 2, "feedback": 3, "portal": 4}
TEMPLATE_FLOORS = {"shared": 0, "includes": 0, "services": 1, "outreach": 2, "feedback": 3}
GROUND_TEMPLATES = {"base.html"}
ROOF = 4
JOINT = "_on_*.html"

FORBIDDEN_NAMES = {"services", "utils", "helpers", "common"}
LONGEST_FILE = 400
TOP_LEVEL = {
    *(".ci", ".gitignore", "LICENSE", "Makefile", "README.md", "feedback", "manage.py", "outreach", "portal"),
    *(
        "pyproject.toml",
        "requirements-dev.txt",
        "requirements.txt",
        "services",
        "static",
        "templates",
        "tests",
    ),
}
NOT_OURS = {"node_modules", "__pycache__", "var"}


# Reading the tree ----------------------------------------------------------------------------------------


def python_files(root: Path) -> Iterator[Path]:
    """Every Python file of the project, tests and migrations included."""
    tops = [*(root / name for name in ("portal", "services", "outreach", "feedback", "tests"))]
    for top in tops:
        for path in sorted(top.rglob("*.py")):
            if not NOT_OURS & set(path.relative_to(root).parts):
                yield path
    if (root / "manage.py").exists():
        yield root / "manage.py"


def modules(root: Path) -> Iterator[tuple[str, Path, ast.Module]]:
    """Name, file and syntax tree of every module whose place in the house matters."""
    for path in python_files(root):
        parts = path.relative_to(root).with_suffix("").parts
        if parts[0] in {"tests", "manage"} or "migrations" in parts:
            continue
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, path, ast.parse(path.read_text(encoding="utf-8"))


def floor(module: str) -> int | None:
    """The floor a module stands on; None for what is not ours."""
    prefixes = [prefix for prefix in FLOORS if module == prefix or module.startswith(prefix + ".")]
    return FLOORS[max(prefixes, key=len)] if prefixes else None


def imported(node: ast.AST, module: str, is_package: bool) -> list[str]:
    """Every module an import statement may bring in, in full: `from a import b` may mean a.b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        parts = module.split(".")
        parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
        base = ".".join([*parts, *([node.module] if node.module else [])])
    if base == "portal":
        return [f"portal.{alias.name}" for alias in node.names]
    return [base]


def imports(root: Path) -> Iterator[tuple[str, Path, ast.AST, str]]:
    for module, path, tree in modules(root):
        for node in ast.walk(tree):
            for name in imported(node, module, path.name == "__init__.py"):
                yield module, path, node, name


def place(root: Path, path: Path, line: int = 0) -> str:
    return f"{path.relative_to(root).as_posix()}{f':{line}' if line else ''}"


# The rules -----------------------------------------------------------------------------------------------


def imports_upwards(root: Path) -> list[str]:
    found = []
    for module, path, node, name in imports(root):
        here, there = floor(module), floor(name)
        if here is not None and there is not None and there > here:
            found.append(f"{place(root, path, node.lineno)}: {module} leans on {name}, a floor above it")
    return found


def upper_apps_named_in_strings(root: Path) -> list[str]:
    """A model or module of an upper app named in a string hides the same direction."""
    found = []
    for module, path, tree in modules(root):
        here = floor(module)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            if not re.fullmatch(r"(services|outreach|feedback)(\.\w+)+", node.value):
                continue
            there = floor(node.value)
            if here is not None and there is not None and there > here:
                found.append(f"{place(root, path, node.lineno)}: {module} names {node.value!r}")
    return found


def imports_inside_functions(root: Path) -> list[str]:
    found = []
    for module, path, tree in modules(root):
        functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions:
            # Django calls ready() once every app is loaded; only there may its parts be brought in.
            if path.name == "apps.py" and function.name == "ready":
                continue
            for node in ast.walk(function):
                for name in imported(node, module, path.name == "__init__.py"):
                    if floor(name) is not None:
                        found.append(f"{place(root, path, node.lineno)}: {function.name}() imports {name}")
    return found


def model_signals(root: Path) -> list[str]:
    """A verb of the model does the work in sight; a signal does it behind the reader's back."""
    found = []
    for _module, path, tree in modules(root):
        for node in ast.walk(tree):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [f"{node.module}.{alias.name}" for alias in node.names]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                names = [f"{node.value.id}.{node.attr}"]
            for name in names:
                if re.match(
                    r"(django\.db\.)?models\.signals|django\.dispatch\.(dispatcher\.)?receiver", name
                ):
                    found.append(f"{place(root, path, node.lineno)}: {name}")
    return found


def names_that_say_nothing(root: Path) -> list[str]:
    found = []
    for path in python_files(root):
        parts = path.relative_to(root).with_suffix("").parts
        # At the top it is a noun of the house; further down it would be a drawer for anything.
        for part in parts[1:] if len(parts) > 1 else parts:
            if part in FORBIDDEN_NAMES:
                found.append(f"{place(root, path)}: “{part}” says nothing; name it after its noun")
    return found


def files_too_long(root: Path) -> list[str]:
    found = []
    for path in python_files(root):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST_FILE and "migrations" not in path.parts:
            found.append(f"{place(root, path)}: {lines} lines; slice it by noun below {LONGEST_FILE}")
    return found


def strangers_at_the_top(root: Path) -> list[str]:
    ignored = [".git"]
    if (root / ".gitignore").exists():
        for line in (root / ".gitignore").read_text().splitlines():
            if line.strip() and not line.startswith("#"):
                ignored.append(line.strip().strip("/"))
    return [
        f"{path.name}: not part of the layout"
        for path in sorted(root.iterdir())
        if path.name not in TOP_LEVEL and not any(fnmatch.fnmatch(path.name, pattern) for pattern in ignored)
    ]


def template_floor(name: str) -> int:
    if name in GROUND_TEMPLATES:
        return 0
    return TEMPLATE_FLOORS.get(name.split("/")[0], ROOF) if "/" in name else ROOF


def tag_libraries(root: Path) -> dict[str, int]:
    """Every tag library of ours and the floor it belongs to."""
    floors = {}
    for module, path, _tree in modules(root):
        if path.parent.name == "templatetags" and path.name != "__init__.py":
            floors[path.stem] = floor(module) or 0
    return floors


def templates_leaning_upwards(root: Path) -> list[str]:
    """A page may show what an upper app hands it only through that app's joint partials."""
    found = []
    libraries = tag_libraries(root)
    for path in sorted((root / "templates").rglob("*")):
        if not path.is_file() or path.suffix not in {".html", ".txt", ".xml", ".svg"}:
            continue
        name = path.relative_to(root / "templates").as_posix()
        here = template_floor(name)
        for match in re.finditer(r"{%\s*(load|include|extends)\s+(.*?)\s*%}", path.read_text("utf-8")):
            verb, words = match[1], match[2]
            if verb == "load":
                for library in words.partition(" from ")[2].split() or words.split():
                    if libraries.get(library, 0) > here:
                        found.append(f"templates/{name}: loads {library} of a floor above it")
            elif quoted := re.match(r"""["']([^"']+)["']""", words):
                if fnmatch.fnmatch(quoted[1].rpartition("/")[2], JOINT):
                    continue
                if here < template_floor(quoted[1]) < ROOF:
                    found.append(f"templates/{name}: {verb}s {quoted[1]} of a floor above it")
    return found


RULES: list[Callable[[Path], list[str]]] = [
    imports_upwards,
    upper_apps_named_in_strings,
    imports_inside_functions,
    model_signals,
    names_that_say_nothing,
    files_too_long,
    strangers_at_the_top,
    templates_leaning_upwards,
]

# One fault per line: the rule, the file, what it contains, and a word the report must say.
FAULTS: list[tuple[Callable[[Path], list[str]], str, str, str]] = [
    (imports_upwards, "services/a.py", "from feedback.models import Submission", "feedback.models"),
    (imports_upwards, "services/a.py", "import outreach.models", "outreach.models"),
    (imports_upwards, "outreach/a.py", "from feedback import models", "feedback"),
    (imports_upwards, "feedback/a.py", "from portal import views", "portal.views"),
    (imports_upwards, "feedback/a.py", "from portal.urls import urlpatterns", "portal.urls"),
    (imports_upwards, "portal/shared/a.py", "from services.models import Service", "services.models"),
    (imports_upwards, "portal/shared/a.py", "from .. import views", "portal.views"),
    (imports_upwards, "portal/shared/__init__.py", "from ..urls import urlpatterns", "portal.urls"),
    (imports_upwards, "services/a.py", "if TYPE_CHECKING:\n    import feedback", "feedback"),
    (upper_apps_named_in_strings, "services/a.py", "key = ForeignKey('feedback.Submission')", "Submission"),
    (imports_inside_functions, "feedback/a.py", "def f():\n    from services import models", "f() imports"),
    (imports_inside_functions, "feedback/a.py", "async def f():\n    from . import x", "f() imports"),
    (imports_inside_functions, "portal/a.py", "class A:\n    def f(self):\n        import services", "f()"),
    (imports_inside_functions, "feedback/a.py", "def ready():\n    import services", "ready() imports"),
    (model_signals, "services/a.py", "from django.db.models.signals import post_save", "post_save"),
    (model_signals, "services/a.py", "from django.db.models import signals", "signals"),
    (model_signals, "services/a.py", "from django.db import models\nmodels.signals.post_save", "signals"),
    (model_signals, "services/a.py", "from django.dispatch import receiver", "receiver"),
    (names_that_say_nothing, "outreach/utils.py", "", "utils"),
    (names_that_say_nothing, "services/services.py", "", "services"),
    (names_that_say_nothing, "portal/shared/helpers/text.py", "", "helpers"),
    (names_that_say_nothing, "tests/common.py", "", "common"),
    (files_too_long, "services/a.py", "x = 1\n" * (LONGEST_FILE + 1), str(LONGEST_FILE + 1)),
    (strangers_at_the_top, "scripts/deploy.sh", "", "scripts"),
    (templates_leaning_upwards, "templates/services/a.html", "{% load i18n voices %}", "voices"),
    (templates_leaning_upwards, "templates/services/a.html", "{% load count from voices %}", "voices"),
    (templates_leaning_upwards, "templates/base.html", "{% include 'feedback/form.html' %}", "form.html"),
    (templates_leaning_upwards, "templates/outreach/a.html", '{% extends "feedback/b.html" %}', "b.html"),
]

# What the same rules must let pass.
CLEAN = {
    "services/models/__init__.py": "from .area import Area\nfrom portal.shared import search",
    "services/models/area.py": "from portal.shared.history import recorded\nlabel = 'services.Area'",
    "outreach/models.py": "from services.models import Service\nfrom django.dispatch import Signal",
    "feedback/models.py": "import outreach.models\ndef f():\n    import json",
    "feedback/templatetags/voices.py": "from feedback import models",
    "portal/apps.py": "class A:\n    def ready(self):\n        from portal import checks",
    "portal/urls.py": "from feedback import urls\nfrom portal.shared import language",
    "tests/test_a.py": "def test():\n    from feedback import models",
    "templates/services/detail.html": "{% extends 'base.html' %}{% include 'feedback/_on_service.html' %}",
    "templates/feedback/_on_service.html": "{% load voices %}",
    "templates/home.html": "{% load voices %}",
    ".gitignore": "/var/\n*.sqlite3\n",
    "var/db.txt": "",
}


def plant(root: Path, name: str, content: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_this_project_keeps_the_rule(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_clean_tree_passes(rule: Callable[[Path], list[str]], tmp_path: Path) -> None:
    for name, content in CLEAN.items():
        plant(tmp_path, name, content)
    assert rule(tmp_path) == []


@pytest.mark.parametrize(("rule", "name", "content", "word"), FAULTS)
def test_the_fault_is_found(
    rule: Callable[[Path], list[str]], name: str, content: str, word: str, tmp_path: Path
) -> None:
    plant(tmp_path, "feedback/templatetags/voices.py", "")
    plant(tmp_path, name, content)
    (problem,) = rule(tmp_path)
    assert word in problem
    assert name.split("/")[0] in problem


def test_every_rule_has_a_fault_it_was_tried_on() -> None:
    assert {rule for rule, *_ in FAULTS} == set(RULES)


def test_the_whole_house_is_looked_at() -> None:
    seen = {module.split(".")[0] for module, *_ in modules(ROOT)}
    assert seen == {"portal", "services", "outreach", "feedback"}
    assert any(module.startswith("portal.shared.") for module, *_ in modules(ROOT))
