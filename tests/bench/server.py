"""Stored pages beside a bare “hello”: the same gunicorn, the same minute, turn by turn."""

import json
from dataclasses import dataclass, field
from statistics import median
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.bench.load import Target, answered_in, ask
from tests.bench.report import Figure
from tests.bench.world import HELLO, PORTAL, cpu_seconds, server

ROUNDS = 6
SECONDS = 2.0
BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "id,en;q=0.8", "Cookie": "a=b"}
STORE_TARGET, UNCHANGED_TARGET = 0.40, 0.35


@dataclass
class Contender:
    """One address under measurement, and what its rounds gave."""

    name: str
    target: Target
    first_process: int
    wanted: float | None = None
    rates: list[float] = field(default_factory=list)
    cpu: float = 0.0
    answered: int = 0

    def run(self) -> None:
        before = cpu_seconds(self.first_process) or 0.0
        answered, seconds = answered_in(self.target, SECONDS)
        self.cpu += (cpu_seconds(self.first_process) or 0.0) - before
        self.answered += answered
        self.rates.append(answered / seconds)

    def figure(self, bare: "Contender") -> Figure:
        # Neighbours in time are compared, so that a machine that slows down slows both.
        ratio = median(mine / theirs for mine, theirs in zip(self.rates, bare.rates, strict=True))
        cpu = self.cpu / self.answered * 1e6
        beside = (
            f" ({cpu / (bare.cpu / bare.answered * 1e6):.2f} of bare)"
            if self is not bare and bare.cpu
            else ""
        )
        return Figure(
            name=self.name,
            measured=f"{median(self.rates):,.0f}/s",
            target=f"≥ {self.wanted:.0%}" if self.wanted else "",
            ratio=f"{ratio:.0%}",
            cpu=f"{cpu:.0f} µs{beside}" if self.cpu else "",
            is_met=ratio >= self.wanted if self.wanted else None,
        )


def figures(environment: dict[str, str]) -> list[Figure]:
    with server(PORTAL, environment) as (port, portal), server(HELLO, environment) as (bare_port, bare):
        contenders = [Contender("Bare WSGI hello", Target(bare_port, "/", BROWSER), bare)]
        pages = {"Catalogue list": "/layanan/", "Service page": a_service(port)}
        for name, path in pages.items():
            target = Target(port, path, BROWSER)
            first = ask(target)
            length = f"{first.length:,} bytes {first.headers.get('content-encoding', 'plain')}"
            contenders.append(Contender(f"{name} from the store, {length}", target, portal, STORE_TARGET))
        known = Target(
            port, "/layanan/", BROWSER | {"If-None-Match": ask(contenders[1].target).headers["etag"]}
        )
        contenders.append(Contender("304 Not Modified", known, portal, UNCHANGED_TARGET))
        for contender in contenders:
            check(contender)
        for _ in range(ROUNDS):
            for contender in contenders:
                contender.run()
    return [contender.figure(contenders[0]) for contender in contenders]


def a_service(port: int) -> str:
    with urlopen(f"http://127.0.0.1:{port}/data/services.json") as answer:
        return urlsplit(json.load(answer)["services"][0]["url"]).path


def check(contender: Contender) -> None:
    """What is measured must be what it says it is."""
    answer = ask(contender.target)
    wanted = 304 if "If-None-Match" in contender.target.headers else 200
    if answer.status != wanted:
        raise RuntimeError(f"{contender.name}: answered {answer.status} instead of {wanted}.")
    if contender.wanted == STORE_TARGET and answer.headers.get("content-encoding") != "br":
        raise RuntimeError(f"{contender.name}: not compressed, so not an answer of the store.")
