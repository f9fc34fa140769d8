"""All figures in one table: `make bench`. Name parts to run only those: `python -m tests.bench render`.

`--rounds N` says how often `kill9` kills the server.

Timings are printed and decide nothing: a busy machine is no fault of the code.
"""

import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from functools import partial

from tests.bench import (
    agenda,
    backup,
    cases,
    desk,
    evaluation,
    exchange,
    failures,
    kill9,
    nginx,
    paint,
    render,
    scale,
    search,
    seats,
    server,
    sheets,
    slow,
)
from tests.bench.report import Figure, table
from tests.bench.world import prepared_portal

# Each part is given the environment of a prepared portal and returns its figures.
PARTS: dict[str, Callable[[dict[str, str]], list[Figure]]] = {
    "server": server.figures,
    "render": render.figures,
    "paint": paint.figures,
    "scale": scale.figures,
    "search": search.figures,
    "desk": desk.figures,
    "cases": cases.figures,
    "seats": seats.figures,
    "agenda": agenda.figures,
    "sheets": sheets.figures,
    "evaluation": evaluation.figures,
    "exchange": exchange.figures,
    "nginx": nginx.figures,
    "slow": slow.figures,
    "failures": failures.figures,
    "kill9": kill9.figures,
    "backup": backup.figures,
}


def main(names: list[str]) -> int:
    if "--rounds" in names:
        at = names.index("--rounds")
        rounds = names[at + 1] if len(names) > at + 1 else ""
        if not rounds.isdecimal() or not 1 <= int(rounds) <= 1_000:
            print("Write how many rounds: --rounds 20.")
            return 2
        del names[at : at + 2]
        PARTS["kill9"] = partial(kill9.figures, rounds=int(rounds))
    if unknown := [name for name in names if name not in PARTS]:
        print(f"There is no part “{unknown[0]}”. Choose from: {', '.join(PARTS)}.")
        return 2
    asking = "wrk" if shutil.which("wrk") else "sockets of our own (wrk is not installed)"
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, asked by {asking}.", flush=True)
    # A polite end from outside must still stop the servers and remove what was made for them.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    figures: list[Figure] = []
    failed = False
    with prepared_portal() as environment:
        for name in names or PARTS:
            print(f"Measuring: {name} …", flush=True)
            try:
                figures += PARTS[name](environment)
            except Exception:
                # What the other parts found is still worth reading.
                traceback.print_exc()
                failed = True
    print(f"\n{table(figures)}\n\nLoad at the end: {os.getloadavg()[0]:.1f}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
