"""What a flyer, a poster and each shape of the shared picture cost, each time with other words so that none is kept."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from statistics import median

from tests.bench.report import Figure
from tests.bench.world import ROOT

TIMES = 15
TARGET_MS = 1000.0
MOST_BYTES = 150_000


def figures(environment: dict[str, str]) -> list[Figure]:
    """Measured in a process of its own: this one has no Django."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.sheets"],
        cwd=ROOT,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return [Figure(**line) for line in json.loads(done.stdout)]


def measure(name: str, draw: Callable[[str], bytes], most_bytes: int | None = None) -> Figure:
    """The first is the slowest, because it loads fonts and code; it counts too."""
    spent, length = [], 0
    for number in range(TIMES):
        began = time.process_time()
        length = max(length, len(draw(f"Cek kesehatan gratis di RW {number:02}")))
        spent.append((time.process_time() - began) * 1000)
    fits = most_bytes is None or length <= most_bytes
    return Figure(
        name=f"{name}, {length:,} bytes at most",
        measured=f"{median(spent):.0f} ms (first {spent[0]:.0f}, slowest {max(spent):.0f})",
        target=f"≤ {TARGET_MS:.0f} ms" + (f", ≤ {most_bytes:,} bytes" if most_bytes else ""),
        ratio=f"{max(spent) / TARGET_MS:.0%} of it",
        is_met=max(spent) <= TARGET_MS and fits,
    )


def main() -> None:
    import django

    django.setup()
    from services import flyer
    from services.flyer import Fact, FlyerContent, Need
    from services.share_drawing import SHAPES, ShareContent, render

    when, where = "Sabtu, 28 November 2026, 09.00–12.00 WIB", "Balai RW 03, Tanjung Barat"
    answer = "Periksa tekanan darah, gula, dan kolesterol. Boleh bersama keluarga."
    sheet = FlyerContent(
        portal_name="Kelurahan Tanjung Contoh",
        title="",
        lead=answer,
        short_url="https://balai.example.id/l/8khy8",
        url="https://balai.example.id/kegiatan/cek-kesehatan/",
        promise=(Fact("Kapan", when), Fact("Di mana", where), Fact("Biaya", "Gratis")),
        needs=tuple(map(Need, ("KTP atau KK", "Kacamata baca", "Hasil periksa terakhir"))),
        steps=("Pindai kodenya", "Daftar tanpa akun", "Tunjukkan kode di pintu", "Boleh langsung datang"),
        checked="Keadaan 2 November 2026.",
    )
    picture = ShareContent(
        portal_name="Kelurahan Tanjung Contoh",
        theme="daun",
        name="",
        answer=answer,
        facts=(("Kapan", when), ("Di mana", where), ("Biaya", "Gratis")),
        checked="",
        is_confirmed=False,
        address="balai.example.id/l/8khy8",
    )
    found = [
        measure(f"{form} as PDF", lambda words, form=form: flyer.render(replace(sheet, title=words), form))  # type: ignore[misc]
        for form in (flyer.FLYER, flyer.POSTER)
    ]
    found += [
        measure(
            f"picture {shape.width} × {shape.height}",
            lambda words, shape=shape: render(replace(picture, name=words), shape),  # type: ignore[misc]
            MOST_BYTES,
        )
        for shape in SHAPES.values()
    ]
    print(json.dumps([one.as_dict() for one in found]))


if __name__ == "__main__":
    main()
