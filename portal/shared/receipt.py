"""The two codes of a receipt: the number to ask with, and the secret that opens what is not public.

Both are written in Crockford's base 32 (no I, L, O, U), so that they survive a phone call and a hurried hand.
The check character is a weighted sum over the field of 32 elements: every single wrong character and every two
exchanged ones are noticed, so that a slip is told apart from a code nobody has.
"""

import hmac
import secrets
from datetime import date
from typing import Final

from django.utils.crypto import salted_hmac

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}
# What people write for these is read as they meant it.
READ_ALIKE: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
# Of x⁵ + x² + 1, by which the field of 32 elements is made.
REDUCTION: Final = 0b00101
NUMBER_LETTERS: Final = 6
SECRET_LETTERS: Final = 12
GROUP: Final = 4
# The room that gave out receipts first: its name is part of every hash, and those given out must go on opening.
FIRST: Final = "feedback"


def times_x(value: int) -> int:
    """The element times x."""
    return ((value << 1) & 0b11111) ^ (REDUCTION if value & 0b10000 else 0)


def check_letter(letters: str) -> str:
    total = 0
    for letter in letters:
        total = times_x(total ^ VALUE[letter])
    return ALPHABET[total]


def read(typed: str) -> str:
    """The letters of a code however it was typed: small, with blanks, dashes, O for 0; others are left out."""
    folded = typed.upper().translate(READ_ALIKE)
    return "".join(letter for letter in folded if letter in VALUE)


# The number -----------------------------------------------------------------------------------------------


def new_number(day: date) -> str:
    """`YYMM-XXXXXX-C`: the month of receipt and thirty random bits, so that nobody can count cases."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(NUMBER_LETTERS))
    return written_number(f"{day:%y%m}{letters}")


def written_number(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:10]}-{check_letter(letters)}"


def number_from(form_key: str, day: date) -> str:
    """A number like the others, always the same for this key: known before the form is sent, to nobody else."""
    digest = salted_hmac(f"{FIRST}.receipt.number", form_key, algorithm="sha256").digest()
    bits = int.from_bytes(digest[:4], "big")
    letters = "".join(ALPHABET[(bits >> shift) & 0b11111] for shift in range(0, NUMBER_LETTERS * 5, 5))
    return written_number(f"{day:%y%m}{letters}")


def is_number_from(form_key: str, number: str) -> bool:
    """Whether this number was made from this key, in whatever month."""
    month = number[:4]
    if not (month.isascii() and month.isdigit() and 1 <= int(month[2:]) <= 12):
        return False
    return is_same(number, number_from(form_key, date(2000 + int(month[:2]), int(month[2:]), 1)))


def number_of(typed: str) -> str:
    """The number as it is stored; empty when its check character does not fit."""
    letters = read(typed)
    if len(letters) != 4 + NUMBER_LETTERS + 1 or check_letter(letters[:-1]) != letters[-1]:
        return ""
    return written_number(letters[:-1])


# The secret -----------------------------------------------------------------------------------------------


def secret_from(form_key: str) -> str:
    """`XXXX-XXXX-XXXX-C`, sixty bits out of the key of the form that was sent.

    The key is the browser's and is stored nowhere after sending, so that the same form sent twice gets the same
    receipt and yet nobody who reads the database can make the secret.
    """
    digest = salted_hmac(f"{FIRST}.receipt.secret", form_key, algorithm="sha256").digest()
    bits = int.from_bytes(digest[:8], "big")
    letters = "".join(ALPHABET[(bits >> shift) & 0b11111] for shift in range(0, SECRET_LETTERS * 5, 5))
    groups = [letters[start : start + GROUP] for start in range(0, SECRET_LETTERS, GROUP)]
    return "-".join([*groups, check_letter(letters)])


def is_written_right(typed_secret: str) -> bool:
    """Whether its check character fits: a slip of the pen is told before anything is asked."""
    letters = read(typed_secret)
    return len(letters) == SECRET_LETTERS + 1 and check_letter(letters[:-1]) == letters[-1]


def secret_hash(typed_secret: str) -> str:
    """What is stored of a secret; the same work whatever was typed."""
    return keyed_hash(f"{FIRST}.receipt.stored", read(typed_secret))


def is_same(hash_a: str, hash_b: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(hash_a.encode(), hash_b.encode())


# Keys of forms --------------------------------------------------------------------------------------------


def new_key() -> str:
    """A key only the browser that holds it knows: 192 bits."""
    return secrets.token_urlsafe(24)


def key_hash(key: str) -> str:
    return keyed_hash(f"{FIRST}.form_key", key)


def keyed_hash(salt: str, value: str) -> str:
    return salted_hmac(salt, value, algorithm="sha256").hexdigest()
