"""The server killed with SIGKILL, all its processes at once and at random moments, while residents tell and send.

Each sender walks the whole form with a photo, and after a cut connection does what a person does: opens the page
again and presses the button again. What counts: every receipt that was shown is there exactly once, none is
doubled, and every photo that a page had confirmed opens.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.report import Figure, table
from tests.bench.sender import Acknowledged, Sender
from tests.bench.world import ROOT
from tests.deployed import WebService
from tests.with_postgres import binaries, temporary_cluster

ROUNDS, SENDERS = 20, 16
# Between a start and the next kill, and for everybody to finish at the end; seconds.
ALIVE = (0.4, 4.0)
LONGEST_START, LONGEST_END = 60.0, 180.0


class Mortal(WebService):
    """The deployed web service, which can be killed in mid-sentence."""

    def kill(self) -> int:
        """Ends master and workers at once, without a word; says how many processes that were."""
        assert self.process is not None
        first = self.process.pid
        every = [first, *children_of(first)]
        for number in every:
            # One that has just ended by itself is as dead as the rest.
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        self.process.wait()
        wait_until_gone(every)
        self.process = None
        return len(every)


def children_of(first: int) -> list[int]:
    found = []
    for path in Path(f"/proc/{first}/task").glob("*/children"):
        for number in path.read_text().split():
            found += [int(number), *children_of(int(number))]
    return found


def wait_until_gone(numbers: list[int]) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        if not any(is_alive(number) for number in numbers):
            return
        time.sleep(0.01)
    raise RuntimeError("A killed process is still there.")


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# One engine ---------------------------------------------------------------------------------------------------


@dataclass
class Crowd:
    """All senders, and what they were told."""

    path: Path
    senders: list[Sender] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        self.senders = [Sender(self.path, number) for number in range(SENDERS)]
        self.threads = [
            threading.Thread(target=one.tell_until, args=(self.ended,), daemon=True) for one in self.senders
        ]
        for thread in self.threads:
            thread.start()

    def end(self) -> int:
        """Lets everybody finish what they are at; how many could not in time."""
        self.ended.set()
        until = time.monotonic() + LONGEST_END
        for thread in self.threads:
            thread.join(max(0.0, until - time.monotonic()))
        return sum(thread.is_alive() for thread in self.threads)

    def acknowledged(self) -> list[Acknowledged]:
        return [one for sender in self.senders for one in sender.acknowledged]

    def wait_for_more(self, count: int) -> None:
        """Until the new server has answered somebody with a receipt."""
        until = time.monotonic() + LONGEST_START
        while len(self.acknowledged()) <= count and time.monotonic() < until:
            time.sleep(0.02)


def killed(name: str, environment: dict[str, str], rounds: int) -> list[Figure]:
    """Rounds of killing on one engine, and what is found afterwards."""
    subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    with tempfile.TemporaryDirectory(prefix="balai-kill9-socket-") as folder:
        service = Mortal(Path(folder) / "web.sock", environment)
        crowd = Crowd(service.path)
        processes = 0
        begun = time.monotonic()
        try:
            service.start()
            crowd.begin()
            for number in range(rounds):
                crowd.wait_for_more(len(crowd.acknowledged()))
                time.sleep(random.uniform(*ALIVE))
                processes += service.kill()
                service.start()
                told = len(crowd.acknowledged())
                print(f"  {name}: killed {number + 1} of {rounds}, {told} receipts so far", flush=True)
            unfinished = crowd.end()
        finally:
            crowd.ended.set()
            service.close()
    took = time.monotonic() - begun
    found = findings(
        name, crowd, looked(environment, crowd.acknowledged()), rounds, processes, unfinished, took
    )
    # Said at once: what comes after may take long.
    print(table(found), flush=True)
    return found


def looked(environment: dict[str, str], acknowledged: list[Acknowledged]) -> dict[str, int]:
    """What database and storage hold of it, asked in a process of the portal's own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.kill9_look"],
        cwd=ROOT,
        env=environment,
        input=json.dumps([one.as_list() for one in acknowledged]),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, int] = json.loads(done.stdout)
    return found


def findings(
    name: str,
    crowd: Crowd,
    found: dict[str, int],
    rounds: int,
    processes: int,
    unfinished: int,
    took: float,
) -> list[Figure]:
    acknowledged = crowd.acknowledged()
    photos = sum(one.photos for one in acknowledged)
    answers = Counter(code for sender in crowd.senders for code in sender.odd)
    cut = sum(sender.cut for sender in crowd.senders)
    said = ", ".join(f"{count} × {code}" for code, count in sorted(answers.items())) or "none"
    return [
        Figure(
            f"{name}: kill -9",
            f"{rounds} rounds, {processes} processes, {SENDERS} senders, {took:.0f} s",
            f"{ROUNDS} rounds",
            is_met=None if rounds < ROUNDS else True,
        ),
        Figure(
            f"{name}: receipts lost",
            f"{found['lost']} of {len(acknowledged)}",
            "0",
            is_met=not found["lost"] and bool(acknowledged),
        ),
        Figure(f"{name}: stories doubled", f"{found['doubled']}", "0", is_met=not found["doubled"]),
        Figure(
            f"{name}: photos that do not open",
            f"{found['unopened']} of {photos}",
            "0",
            is_met=not found["unopened"] and bool(photos),
        ),
        Figure(f"{name}: secrets that do not fit", f"{found['unfit']}", "0", is_met=not found["unfit"]),
        Figure(f"{name}: senders without a receipt", f"{unfinished}", "0", is_met=not unfinished),
        Figure(
            f"{name}: requests cut off and sent again",
            f"{cut}; other answers than 200: {said}",
            "some",
            is_met=bool(cut),
        ),
    ]


@contextmanager
def folder_of_its_own(environment: dict[str, str]) -> Iterator[dict[str, str]]:
    folder = tempfile.mkdtemp(prefix="balai-kill9-")
    try:
        yield environment | {"VAR_DIR": folder}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def figures(environment: dict[str, str], rounds: int = ROUNDS) -> list[Figure]:
    with folder_of_its_own(environment) as own:
        found = killed("SQLite", own, rounds)
    tools = binaries()
    if tools is None:
        return [*found, Figure("PostgreSQL", "not measured: apt install postgresql")]
    with temporary_cluster(tools) as (url, _folder), folder_of_its_own(environment) as own:
        return [*found, *killed("PostgreSQL", own | {"DATABASE_URL": url}, rounds)]
