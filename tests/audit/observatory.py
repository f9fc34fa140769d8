"""The MDN HTTP Observatory's grade of every page a portal in production has, computed on this machine."""

import json
import os
import subprocess
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from tests.recorder import HOST, NOBODY, Answer, answers_in_production

HERE = Path(__file__).resolve().parent
WANTED = 120
# Answers whose like the Observatory refuses to grade: errors, and what is no page.
GRADED = {200, 401, 403}


def pages_of(answers: list[Answer]) -> list[dict[str, Any]]:
    """Every page, with the way a visitor comes to it: over http, and sent on to https."""
    http = next(answer for answer in answers if answer.name == "over http")
    assert (http.header("Location") or "").startswith(f"https://{HOST}/")
    return [
        {
            "name": f"{answer.who}: {answer.name}",
            "url": f"https://{HOST}{answer.address}",
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body,
            "redirects": [
                [f"http://{HOST}{answer.address}", http.status],
                [f"https://{HOST}{answer.address}", answer.status],
            ],
        }
        for answer in answers
        if answer.is_page and answer.status in GRADED
    ]


def grades(package: Path, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", HERE / "observatory.mjs", package],
        input=json.dumps(pages),
        env=os.environ | {"NODE_ENV": "production"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def audit_headers(package: Path) -> bool:
    """Whether every page reaches the mark; prints one line per kind of result, the worst first."""
    with tempfile.TemporaryDirectory(prefix="balai-audit-") as folder:
        pages = pages_of(answers_in_production(Path(folder)))
    # A page without its policy must fall: otherwise the grader looks at something else than our headers.
    bare = [pair for pair in pages[0]["headers"] if pair[0] != "Content-Security-Policy"]
    try:
        *results, control = grades(package, [*pages, pages[0] | {"headers": bare}])
    except subprocess.CalledProcessError as problem:
        print(f"Observatory: it could not grade (it needs Node 20 or newer).\n{problem.stderr[-2000:]}")
        return False
    if control["score"] >= WANTED:
        print(f"Observatory: it gives {control['score']} to a page without Content-Security-Policy.")
        return False
    print(f"{'Observatory':<20}{'pages':>8}{'score':>8}{'grade':>8}   wanted at least {WANTED}")
    kinds = defaultdict(list)
    for result in results:
        who = "public, no session" if result["name"].startswith(NOBODY) else "staff, signed in"
        kinds[who, result["score"], result["grade"]].append(result)
    for (who, score, grade), same in sorted(kinds.items(), key=lambda kind: kind[0][1]):
        print(f"{who:<20}{len(same):>8}{score:>8}{grade:>8}   {points_of(same)}")
        if score < WANTED:
            print(*(f"    {result['name']}" for result in same), sep="\n")
    return len(results) == len(pages) > 0 and all(result["score"] >= WANTED for result in results)


def points_of(results: list[dict[str, Any]]) -> str:
    """What brought or cost points, in the Observatory's own words for its tests."""
    seen = Counter(
        f"{name} {points:+}"
        for result in results
        for name, (points, _why) in result["points"].items()
        if points
    )
    return ", ".join(sorted(seen))
