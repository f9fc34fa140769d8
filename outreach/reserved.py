"""Words an activity cannot have as its address, because a page of all activities stands there."""

from typing import Final

RESERVED: Final = frozenset({"lewat", "kalender", "janji", "foto", "berkas", "kode", "daftar", "tanya"})
