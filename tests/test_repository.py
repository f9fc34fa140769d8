"""The project speaks of itself alone, and its README of what is really there."""

import ast
import importlib.metadata
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_architecture import NOT_OURS, TOP_LEVEL, python_files

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
TEXT = {".cfg", ".conf", ".css", ".csv", ".html", ".js", ".json", ".md", ".mjs", ".po", ".py", ".scss"}
TEXT |= {".service", ".sh", ".svg", ".toml", ".txt", ".typ", ".yml", ""}

TRACES = {
    "a path of one machine": r"(?<![\w./-])/(?:work|root|Users|home/[a-z]+|tmp/[a-z]+)/",
    "the host of a registry": r"pypi\.org|pythonhosted\.org|registry\.npmjs\.org|proxy\.golang\.org",
    "a way around the registry": r"--(?:extra-)?index-url|--find-links|--trusted-host",
    "a document that is not here": r"\b(?:domain|design)/[\w-]+\.(?:md|csv|scss)",
    "something left for later": r"\b(?:TODO|FIXME)\b|(?i:coming soon|lorem ipsum|segera hadir)",
}


def traces(text: str) -> list[str]:
    return [name for name, pattern in TRACES.items() if re.search(pattern, text)]


def text_files() -> Iterator[Path]:
    for top in sorted(TOP_LEVEL):
        for path in [ROOT / top, *sorted((ROOT / top).rglob("*"))]:
            ours = not NOT_OURS & set(path.relative_to(ROOT).parts)
            if ours and path.is_file() and path.suffix in TEXT and path != Path(__file__).resolve():
                yield path


def test_no_file_tells_where_it_was_made_or_what_is_unfinished() -> None:
    found, count = [], 0
    for path in text_files():
        count += 1
        found += [f"{path.relative_to(ROOT)}: {trace}" for trace in traces(path.read_text("utf-8"))]
    assert found == []
    assert count > 100


@pytest.mark.parametrize(
    ("text", "trace"),
    [
        ('DATA = "/home/siti/data.csv"', "a path of one machine"),
        ("see /tmp/fragments/id.po", "a path of one machine"),
        ("https://pypi.org/simple", "the host of a registry"),
        ("--extra-index-url x", "a way around the registry"),
        ("(see design/look.md)", "a document that is not here"),
        ("# TODO: later", "something left for later"),
        ("<p>Segera hadir</p>", "something left for later"),
    ],
)
def test_each_trace_is_recognised(text: str, trace: str) -> None:
    assert traces(text) == [trace]


def test_an_address_of_the_portal_is_no_trace() -> None:
    assert traces("/layanan/kk/ https://example.go.id/home/a/ portal/work.py todo method") == []


# The environment -----------------------------------------------------------------------------------------


def variables_read(source: str) -> set[str]:
    """Names of environment variables a module asks for, by settings' own readers or by os.environ."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args:
            asked = re.fullmatch(r"env(_\w+)?|os\.environ\.(get|pop)|os\.getenv", ast.unparse(node.func))
            key = node.args[0]
        elif isinstance(node, ast.Subscript):
            asked = re.fullmatch(r"os\.environ", ast.unparse(node.value))
            key = node.slice
        else:
            continue
        if asked and isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.add(key.value)
    return found - {"DJANGO_SETTINGS_MODULE"}


def test_readers_of_the_environment_are_recognised() -> None:
    source = 'env("A"); env_bool("B", 1); os.environ.get("C"); os.environ["D"]; os.getenv("E"); other("F")'
    assert variables_read(source) == set("ABCDE")


def test_the_readme_names_exactly_the_variables_that_are_read() -> None:
    read = set()
    for path in python_files(ROOT):
        if path.relative_to(ROOT).parts[0] != "tests":
            read |= variables_read(path.read_text(encoding="utf-8"))
    assert set(re.findall(r"^\| `([A-Z][A-Z_]+)` \|", README, re.MULTILINE)) == read


# What is installed ---------------------------------------------------------------------------------------


def pins(name: str) -> dict[str, str]:
    """Package and version of each line; the part after "Needed by" has what no code of ours imports."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(
        line.split("==", 1) for line in lines if line and not line.startswith(("#", "-r requirements.txt"))
    )


def chosen(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8").partition("# Needed by")[0]
    return re.findall(r"^([\w.-]+)==", text, re.MULTILINE)


@pytest.mark.parametrize("package", chosen("requirements.txt") + chosen("requirements-dev.txt"))
def test_the_readme_says_what_each_package_is_for(package: str) -> None:
    assert re.search(rf"^- .*\*\*{re.escape(package)}\*\*.* – .+\.$", README, re.MULTILINE)


def test_every_package_is_pinned_with_all_it_needs() -> None:
    pinned = pins("requirements.txt") | pins("requirements-dev.txt")
    names = {canonicalize_name(name) for name in pinned}
    missing = []
    for name, version in pinned.items():
        assert importlib.metadata.version(name) == version, f"{name}: run `make test` to install {version}"
        for line in importlib.metadata.requires(name) or []:
            requirement = Requirement(line)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and canonicalize_name(requirement.name) not in names:
                missing.append(f"{name} needs {requirement.name}")
    assert missing == []


def test_running_the_portal_needs_nothing_of_the_tests() -> None:
    names = {canonicalize_name(name) for name in pins("requirements.txt")}
    for name in pins("requirements.txt"):
        for line in importlib.metadata.requires(name) or []:
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                assert canonicalize_name(requirement.name) in names


def test_the_gate_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & stat.S_IXUSR
    assert list((ROOT / ".ci").iterdir()) == [ROOT / ".ci" / "run"]


def test_the_gate_runs_the_commands_the_readme_names() -> None:
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+)$", gate, re.MULTILINE)
    assert targets == ["check", "test"]
    assert all(f"`make {target}`" in README for target in targets)
