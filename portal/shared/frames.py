"""What may be written down of an exception: its class and the places in our own code, never its words.

Words and local values hold what people typed: an address, a name, a search.
"""

from pathlib import Path
from traceback import walk_tb

HOUSE = Path(__file__).resolve().parent.parent.parent
MOST_FRAMES = 8
LONGEST_CHAIN = 4


def class_of(problem: BaseException) -> str:
    """The class and, where one was the cause, that one's: ``TryLater < ConnectionRefusedError``."""
    return " < ".join(
        type(one).__qualname__
        if type(one).__module__ == "builtins"
        else f"{type(one).__module__}.{type(one).__qualname__}"
        for one in chain_of(problem)
    )


def chain_of(problem: BaseException) -> list[BaseException]:
    """The exception and what it was raised from, as far as that says anything."""
    chain = [problem]
    while len(chain) < LONGEST_CHAIN and (cause := chain[-1].__cause__) and cause not in chain:
        chain.append(cause)
    return chain


def our_frames(problem: BaseException) -> str:
    """The last places of our own code the exception passed, innermost last, one per line."""
    places: list[str] = []
    for one in reversed(chain_of(problem)):
        for frame, line in walk_tb(one.__traceback__):
            code = frame.f_code
            path = Path(code.co_filename)
            if path.is_relative_to(HOUSE) and ".venv" not in path.parts:
                places.append(f"{path.relative_to(HOUSE).as_posix()}:{line} {code.co_name}")
    return "\n".join(places[-MOST_FRAMES:])
