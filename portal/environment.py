"""Reads the environment for the settings and collects every fault, so that one start names them all."""

import os
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

TRUE = frozenset({"1", "yes", "true", "on"})
FALSE = frozenset({"0", "no", "false", "off"})

FOLDER_CURE = "Name another, or make it and give it to the user the portal runs as."


@dataclass(frozen=True)
class Danger:
    """One reason not to start: the setting, what is wrong with it, and what to do."""

    name: str
    problem: str
    cure: str

    def __str__(self) -> str:
        return f"{self.name}: {self.problem} {self.cure}"


# What the readers below could not understand; `portal/settings.py` refuses to start with any of them.
faults: list[Danger] = []


def fault(name: str, problem: str, cure: str) -> None:
    danger = Danger(name, problem, cure)
    if danger not in faults:
        faults.append(danger)


def env(name: str, default: str = "") -> str:
    value = os.environ.get(name, "").strip()
    if not value.isprintable():
        fault(name, "It holds characters that cannot be read.", "Write it anew, on one line.")
        return default
    return value or default


def env_bool(name: str) -> bool:
    value = env(name, "no").lower()
    if value not in TRUE | FALSE:
        fault(name, f"“{value}” is neither yes nor no.", "Write yes or no.")
    return value in TRUE


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def env_number(name: str, default: int, *, low: int, high: int) -> int:
    """A whole number within its bounds; the default when it is missing or a fault."""
    value = env(name, str(default))
    if value.isascii() and value.isdigit() and low <= int(value[:9]) <= high and len(value) < 10:
        return int(value)
    fault(name, f"“{value}” is not a number from {low} to {high}.", f"Write one, for example {default}.")
    return default


def env_choice(name: str, choices: Collection[str]) -> str:
    """One of the words the setting knows; the first one when it is missing or a fault."""
    default = next(iter(choices))
    value = env(name, default)
    if value in choices:
        return value
    fault(name, f"“{value}” is not known.", f"Write one of: {', '.join(choices)}.")
    return default


def env_address(name: str, default: str) -> str:
    """A web address without a slash at its end; the default when it is missing or a fault."""
    value = env(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        if parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0:
            return value
    except ValueError:
        pass
    fault(name, "It is no web address.", "Write it whole, for example https://balai.example.go.id.")
    return default


def env_folder(name: str, default: Path, *, base: Path) -> Path:
    """A folder to write in, made if missing; a relative one is counted from `base`, wherever we were started."""
    folder = base / env(name, str(default))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        fault(name, f"The folder {folder} cannot be made: {problem.strerror}.", FOLDER_CURE)
    else:
        if not os.access(folder, os.W_OK | os.X_OK):
            fault(name, f"The portal may not write in {folder}.", FOLDER_CURE)
    return folder


def laptop_key(path: Path, name: str = "SECRET_KEY", length: int = 50) -> str:
    """A random key kept beside the database, so that a laptop needs no setting and no shared default exists."""
    try:
        if not path.exists():
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(length))
        return path.read_text().strip()
    except (OSError, UnicodeError):
        fault(
            name,
            f"It is not set, and {path} cannot be read or written.",
            f"Give that file to the user the portal runs as, or set {name}.",
        )
        return ""


def refusal(dangers: Iterable[Danger]) -> str:
    """What an operator reads instead of a traceback."""
    lines = [f"  {danger.name}: {danger.problem}\n    Cure: {danger.cure}" for danger in dangers]
    return "\n".join(
        ["The portal does not start.", *lines, "`manage.py doctor` looks at the whole installation."]
    )
