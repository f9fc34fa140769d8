"""Residents read Indonesian, the code is written in English: nothing may fall between the two."""

import ast
import gettext as compiled_catalogue
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import tools
from tests.test_architecture import python_files

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = sorted((ROOT / "portal" / "locale").glob("*/LC_MESSAGES/*.po"))
SOURCES = ("portal", "services", "outreach", "feedback", "templates")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


@dataclass
class Message:
    """One entry of a catalogue; `texts` has the translation, or one per plural form."""

    id: str = ""
    context: str = ""
    plural: str = ""
    texts: dict[int, str] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    line: int = 0

    @property
    def key(self) -> tuple[str, str]:
        return self.context, self.id


def read_catalogue(text: str) -> list[Message]:
    """The live entries of a PO file, its header first."""
    messages: list[Message] = []
    current, part, form = Message(), "", 0
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.startswith("#,"):
            if part:
                messages.append(current)
                current, part = Message(), ""
            current.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif match := re.fullmatch(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")', line):
            if match[1] == "msgctxt" or (match[1] == "msgid" and part != "msgctxt"):
                if part:
                    messages.append(current)
                    current = Message()
                current.line = number
            if match[1]:
                part, form = match[1], int(match[2] or 0)
            words = ast.literal_eval(match[3])
            if part == "msgctxt":
                current.context += words
            elif part == "msgid":
                current.id += words
            elif part == "msgid_plural":
                current.plural += words
            else:
                current.texts[form] = current.texts.get(form, "") + words
        elif part == "msgstr":
            messages.append(current)
            current, part = Message(), ""
    return messages


def faults(messages: list[Message]) -> list[str]:
    """Every entry a resident would stumble over, one sentence each."""
    found = []
    for message in messages:
        if not message.id:
            if "fuzzy" in message.flags or "PACKAGE" in message.texts.get(0, ""):
                found.append("The header is still the draft of the tool")
            continue
        where = f"line {message.line} “{message.id[:60]}”"
        if "fuzzy" in message.flags:
            found.append(f"{where} is marked fuzzy")
        if not message.texts or not all(text.strip() for text in message.texts.values()):
            found.append(f"{where} is not translated")
            continue
        wanted = sorted(set(PLACEHOLDER.findall(message.id)))
        allowed = set(wanted) | set(PLACEHOLDER.findall(message.plural))
        for text in message.texts.values():
            used = set(PLACEHOLDER.findall(text))
            # "One day" may drop its number, but never a value the sentence is about.
            required = set(wanted) & set(PLACEHOLDER.findall(message.plural or message.id))
            if used - allowed or required - used:
                found.append(f"{where} has {sorted(used)} where {sorted(allowed)} was given")
        if message.id.endswith("\n") != message.texts[0].endswith("\n"):
            found.append(f"{where} ends in a line break on one side only")
    return found


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ('#, fuzzy\nmsgid "Home"\nmsgstr "Beranda"', "fuzzy"),
        ('msgid "Home"\nmsgstr ""', "not translated"),
        ('msgid "Page %(n)s"\nmsgstr "Halaman"', "%(n)s"),
        ('msgid "Page %(n)s"\nmsgstr "Halaman %(m)s"', "%(m)s"),
        ('msgid "{count} left"\nmsgstr "Sisa {jumlah}"', "{jumlah}"),
        ('msgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] ""', "not translated"),
        ('msgid "Two\\n"\n"lines\\n"\nmsgstr "Dua\\nbaris"', "line break"),
    ],
)
def test_each_fault_of_a_catalogue_is_found(entry: str, word: str) -> None:
    around = 'msgid ""\nmsgstr "Language: id\\n"\n\n{}\n\nmsgid "Fine"\nmsgstr "Baik"\n'
    (problem,) = faults(read_catalogue(around.format(entry)))
    assert word in problem


def test_a_header_nobody_filled_in_is_found() -> None:
    draft = (
        '#, fuzzy\nmsgid ""\nmsgstr "Project-Id-Version: PACKAGE VERSION\\n"\n\nmsgid "Fine"\nmsgstr "Baik"\n'
    )
    assert faults(read_catalogue(draft)) == ["The header is still the draft of the tool"]


def test_there_is_an_indonesian_catalogue() -> None:
    assert [path.parent.parent.name for path in CATALOGUES if path.name == "django.po"].count("id") == 1


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_every_sentence_is_translated_with_its_values(path: Path) -> None:
    messages = read_catalogue(path.read_text(encoding="utf-8"))
    assert len(messages) > 1
    assert faults(messages) == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_the_compiled_catalogue_is_the_written_one(path: Path) -> None:
    with path.with_suffix(".mo").open("rb") as file:
        compiled = compiled_catalogue.GNUTranslations(file)
    entries = {key: text for key, text in compiled._catalog.items() if key}  # type: ignore[attr-defined]
    written = {}
    for message in read_catalogue(path.read_text(encoding="utf-8")):
        if message.id:
            key = f"{message.context}\x04{message.id}" if message.context else message.id
            for form, text in message.texts.items():
                written[(key, form) if message.plural else key] = text
    assert entries == written, "Run `make messages` and commit both files."


def unseen_names(source: str) -> list[str]:
    """Translation functions under a name that gettext's tools do not look for: their sentences are lost."""
    return [
        f"{alias.name} as {alias.asname}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if "gettext" in alias.name and alias.asname not in {None, "_"}
    ]


def test_translation_functions_keep_a_name_that_the_tools_look_for() -> None:
    assert unseen_names("from django.utils.translation import gettext as _n, gettext_lazy as _") == [
        "gettext as _n"
    ]
    found = {
        str(path.relative_to(ROOT)): names
        for path in python_files(ROOT)
        if (names := unseen_names(path.read_text(encoding="utf-8")))
    }
    assert found == {}


def test_every_sentence_of_the_code_reached_the_translators(tmp_path: Path) -> None:
    if not tools.gettext():
        pytest.skip(f"{tools.GETTEXT_MISSING}.")
    for name in SOURCES:
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "__pycache__", "*.mo")
        )
    (tmp_path / "gather.py").write_text(f"LOCALE_PATHS = [{str(tmp_path / 'portal' / 'locale')!r}]\n")
    committed = {path.parent.parent.name: path for path in CATALOGUES if path.name == "django.po"}
    locales = [word for name in committed for word in ("--locale", name)]
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", *locales, "--no-obsolete", "--no-location"],
        cwd=tmp_path,
        env={"PATH": str(Path(tools.gettext() or "").parent), "DJANGO_SETTINGS_MODULE": "gather"}
        | {"PYTHONPATH": str(tmp_path), "LC_ALL": "C.UTF-8"},
        check=True,
        capture_output=True,
        text=True,
    )
    for name, path in committed.items():
        gathered = tmp_path / path.relative_to(ROOT)
        in_code = {message.key for message in read_catalogue(gathered.read_text(encoding="utf-8"))}
        in_catalogue = {message.key for message in read_catalogue(path.read_text(encoding="utf-8"))}
        assert sorted(in_code - in_catalogue) == [], f"Missing in {name}. Run `make messages`."
        assert sorted(in_catalogue - in_code) == [], f"No longer said in {name}. Run `make messages`."
