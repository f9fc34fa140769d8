"""What a password must not be, beyond Django's own list: that list knows few of twelve characters."""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words that come to mind first in an Indonesian office.
OF_THE_OFFICE = {
    *("administrator", "petugas", "rahasia", "katasandi", "sandi", "balaiwarga"),
    *("kelurahan", "kecamatan", "kabupaten", "desa", "kota", "lurah", "camat", "pemerintah"),
    *("indonesia", "jakarta", "merdeka", "garuda", "pancasila", "bismillah", "alhamdulillah"),
    *("sayang", "selamat"),
}


class OneWordValidator(CommonPasswordValidator):
    """Refuses one known word, or twice the same, made long with digits and signs: kelurahan2026!"""

    def validate(self, password: str, user: Any = None) -> None:
        letters = re.sub(r"[\W\d_]", "", password.lower())
        half = letters[: len(letters) // 2]
        word = half if letters == half + half else letters
        if not word or word in OF_THE_OFFICE or word in self.passwords:
            raise ValidationError(
                _("This is one known word with digits or signs around it. Take several words."),
                code="password_one_word",
            )

    def get_help_text(self) -> str:
        return _("Several words, not one known word with digits.")
