"""Holds what residents were told (JSON from standard input) against database and storage; prints what is wrong.

Run in a process of its own, with the environment of the portal: the bench itself has no Django.
"""

import io
import json
import sys
from collections import Counter

import django

django.setup()

from PIL import Image  # noqa: E402

from feedback.models import Photo, Submission  # noqa: E402
from portal.shared import durable, receipt  # noqa: E402


def opens(photo: Photo) -> bool:
    try:
        content = durable.read(photo.name)
        with Image.open(io.BytesIO(content)) as image:
            image.load()
            return len(content) == photo.size and image.size == (photo.width, photo.height)
    except (OSError, SyntaxError):
        return False


def main(acknowledged: list[tuple[str, str, str, int]]) -> dict[str, int]:
    cases = {case.number: case for case in Submission.objects.all()}
    words = Counter(
        word for case in cases.values() for word in case.story.split() if word.startswith("kata-")
    )
    photos = Counter(
        photo.submission.number
        for photo in Photo.objects.select_related("submission")
        if photo.submission and opens(photo)
    )
    broken = sum(not opens(photo) for photo in Photo.objects.all())
    there = [one for one in acknowledged if one[0] in cases and one[2] in cases[one[0]].story.split()]
    return {
        "lost": len(acknowledged) - len(there),
        # Of everybody's, whether or not they were told.
        "doubled": sum(count - 1 for count in words.values()),
        "unfit": sum(
            not receipt.is_same(receipt.secret_hash(secret), cases[number].secret_hash)
            for number, secret, _word, _photos in there
        ),
        "unopened": broken + sum(max(0, count - photos[number]) for number, _secret, _word, count in there),
    }


print(json.dumps(main(json.load(sys.stdin))))
