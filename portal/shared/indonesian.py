"""Indonesian words as residents write them, reduced to keys that can be compared.

A stem here is a key, not a word to show. Without a dictionary nobody can tell whether "menari" comes from
"tari" or from "nari", so a root is written with the consonant a nasal prefix would swallow (n→t, m→p, ny→s;
a leading k or h disappears). All forms of one root then meet in one key, everyday speech ("ngurus",
"nyuntik", "ilang") included, at the price of a few harmless namesakes. Affix rules follow the standard
grammar (Tata Bahasa Baku Bahasa Indonesia: meN-, peN-, per-, ber-, ter-, di-, ke-…-an, -kan, -i, -an).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

QUERY_CHARACTERS = 200
QUERY_WORDS = 12

_APOSTROPHES = re.compile("(?<=[a-z])['’‘`ʼ](?=[a-z])")
_ELECTRONIC_CARD = re.compile(r"\b(?:e[\s-]*ktp|ktp[\s-]*(?:elektronik|el))\b")
_WORD = re.compile(r"[a-z0-9]+")

_VOWELS = "aeiou"


def _words_of(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# A root begins with a vowel, a consonant and a vowel, or one of these pairs; anything else was cut wrongly.
_ONSETS = _words_of("bl br dr fl fr gl gr kh kl kr ng ny pl pr ps sk sl sp st sw sy tr")
# Roots of one syllable that take di-, menge- and penge- (closed class).
_SHORT_ROOTS = _words_of("bom bor cap cat cek las lap pel rem sah tes tik tol")
# pe- meets a root in r: "perumahan" is pe-rumah-an, whereas "perubahan" is per-ubah-an.
_ROOTS_IN_R = _words_of(
    "raga rakit rambah rampas rampok rancang rasa rawat rebut redam rekam rekrut rencana renovasi retas",
    "rokok ruas rumah rumus rundung rusak",
)
# Grammar would join these with words of another meaning: meninggal/tinggal, pohon/mohon, selatan/selat …
_KEPT_WHOLE = _words_of(
    "alamat beasiswa delapan hajar halaman kawasan kurus meninggal menteri mohon pasukan pelihara perempuan",
    "pertama pohon selamat selatan",
)

STOP_WORDS = _words_of(
    # question words
    "apa apakah siapa siapakah kapan kapankah mana dimana dimanakah kemana darimana kenapa mengapa bagaimana",
    "bagaimanakah gimana gmn gmana dmn berapa berapakah adakah bisakah bolehkah haruskah",
    # joining words
    "yang yg dan atau dengan dgn di ke dari dr pada untuk utk bagi oleh karena krn agar supaya jika jikalau",
    "bila apabila kalau kalo klo maka tetapi tapi namun serta juga jg pun lalu kemudian sehingga",
    "sebagai seperti dalam antara tentang terhadap atas secara maupun ataupun walaupun meskipun sambil",
    "sejak hingga setelah ketika saat",
    # people and pointing words
    "saya sy aku gue gua kami kita anda kamu kau dia ia beliau mereka ini itu tersebut tsb sini situ sana",
    # wishing, being able, tense
    "mau ingin pengen pengin minta tolong mohon bisa dapat dapet boleh harus perlu akan sedang sudah sdh",
    "udah udh telah belum blm masih ada adalah ialah merupakan jadi menjadi bikin buat cara",
    # small talk
    "tidak tdk bukan gak ga nggak ngga enggak tak jangan ya dong sih kok deh nih kan para si sang pak bu kak",
    "min admin selamat pagi siang sore malam terima kasih halo hai assalamualaikum gan mas mbak",
    # English, for the pages under /en/
    "the an of to in on at for and or is are do does how what where when who my you your me can with",
    "from get need want",
)


def fold(text: str) -> str:
    """Lower case without accents or apostrophes, with every way of writing the electronic card as "ktp"."""
    plain = text.casefold()
    # Almost every text is plain already; the long way costs ten times as much.
    if not plain.isascii():
        plain = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _ELECTRONIC_CARD.sub("ktp", _APOSTROPHES.sub("", plain))


def words(text: str) -> list[str]:
    """Folded words of Latin letters and digits in reading order; anything else only separates them."""
    return _WORD.findall(fold(text))


def stems(text: str) -> list[str]:
    """Keys of the words that carry meaning, in reading order, repeated when the text repeats them."""
    return [stem(word) for word in words(text) if not is_stop_word(word)]


def query_words(text: str) -> list[str]:
    """The first words of what a resident typed, bounded in characters and number before any work is done."""
    return words(text[:QUERY_CHARACTERS])[:QUERY_WORDS]


@lru_cache(maxsize=20_000)
def is_stop_word(word: str) -> bool:
    return word in STOP_WORDS or _without_clitics(word) in STOP_WORDS


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Key shared by the forms of one root; short words, those with digits or not folded stay as they are."""
    if len(word) < 4 or not word.isascii() or not word.isalpha() or word in _KEPT_WHOLE:
        return word
    return _key(_root(_without_clitics(word)))


def _without_clitics(word: str) -> str:
    """Without -lah, -kah, -pun and then -nya, -ku, -mu where they cannot be part of the root."""
    for particle in ("lah", "kah", "pun"):
        # After a vowel they usually belong to the word: sekolah, menikah, masalah.
        rest = word.removesuffix(particle)
        if rest != word and len(rest) > 3 and rest[-1] not in _VOWELS and not rest.endswith("ng"):
            word = rest
            break
    rest = word.removesuffix("nya")
    if rest != word and len(rest) > 2 and not re.fullmatch(r"(ber|di|me[mn]|se)?(ta|pu|ha)", rest):
        return rest
    for possessive in ("ku", "mu"):
        # berlaku, bertemu, ilmu, bangku are whole words.
        rest = word.removesuffix(possessive)
        if rest != word and len(rest) > 2 and rest[-1] not in _VOWELS and not rest.endswith(("ng", "il")):
            return rest
    return word


def _root(word: str) -> str:
    """What is left after at most three prefixes and the suffix that goes with the outermost one."""
    if word in _KEPT_WHOLE:
        return word
    family = _prefix_family(word)
    if family == "ke":
        # ke- alone is too often part of the root (keluarga, kepala); the pair ke-…-an is not.
        inner = word[2:-2] if word.endswith("an") else ""
        return _without_prefixes(inner) if _is_root(inner) else _without_suffix(word, "kan", "an")
    if family in ("me", "di"):
        return _without_prefixes(word, _suffixed(word, "kan", "in", "i"))
    if family == "ter":
        return _without_prefixes(word, _suffixed(word, "kan", "i"))
    if family in ("pe", "ber"):
        return _without_prefixes(word, _suffixed(word, "an"))
    return _without_suffix(word, "kan", "an", "in")


def _prefix_family(word: str) -> str:
    for family, beginnings in (
        ("me", ("me", "ng")),
        ("pe", ("pe",)),
        ("ber", ("be",)),
        ("ter", ("ter",)),
        ("di", ("di",)),
        ("ke", ("ke",)),
    ):
        if word.startswith(beginnings):
            return family
    return ""


def _suffixed(word: str, *suffixes: str) -> str:
    """The first of the suffixes the word ends with, or an empty string."""
    return next((suffix for suffix in suffixes if word.endswith(suffix)), "")


def _without_prefixes(word: str, suffix: str = "") -> str:
    has_suffix_an = suffix == "an"
    for _ in range(3):
        word, is_root = _without_prefix(word, suffix if has_suffix_an else "")
        if is_root:
            break
    return _without_suffix(word, suffix) if suffix else word


def _without_prefix(word: str, suffix: str) -> tuple[str, bool]:
    """The word without its first prefix, and whether what is left must be the root."""
    bare = word.removesuffix(suffix)
    if word.startswith("beri") and word[4:] in ("", "kan", "an", "tahu", "tahukan", "tahuan"):
        return word, True  # beri is not ber-i
    if word.startswith(("belajar", "pelajar")):
        return word[3:], True
    for prefix in ("menge", "penge", "nge"):
        if word.startswith(prefix) and bare.removeprefix(prefix).removesuffix("kan") in _SHORT_ROOTS:
            return word.removeprefix(prefix), True
    for nasal in ("me", "pe"):
        if word.startswith(nasal):
            shorter, is_last = _without_nasal(word, nasal)
            if shorter != word and _is_root(shorter.removesuffix(suffix)):
                return shorter, is_last
    if word.startswith("ng") and len(word) > 4 and word[2] in _VOWELS:
        return word[2:], True
    if word.startswith("per"):
        return _without_per(word, suffix)
    if re.match(r"be[kst]er[^aeiou]", word):  # bekerja, beternak: ber- loses its r before -er-
        return word[2:], True
    for prefix in ("ber", "ter"):
        rest = word.removeprefix(prefix)
        if rest != word and len(rest) > 3 and _is_root(rest.removesuffix(suffix)):
            return rest, prefix == "ter"
    rest = word.removeprefix("di")
    if rest != word:
        if rest in _SHORT_ROOTS:
            return rest, True
        if _is_root(rest) and (rest[0] in _VOWELS or (len(rest) > 3 and rest[1] in _VOWELS)):
            return rest, False
    if re.match(r"pe[bcdgjkpst][aeiou]", word) and len(word) > 5 and _is_root(word[2:].removesuffix(suffix)):
        return word[2:], True
    return word, True


def _without_nasal(word: str, nasal: str) -> tuple[str, bool]:
    """meN- or peN- taken off; before a vowel the nasal stays: `_key` settles which root it was."""
    rest = word.removeprefix(nasal)
    first, second, third = (*rest[:3], "", "", "")[:3]
    if first == "n" and second == "y" and third and third in _VOWELS:
        return rest, True
    if first == "n" and second == "g":
        if third and (third in _VOWELS or third in "ghkq"):
            return rest[2:], third in _VOWELS
        return word, True
    if first == "n" and second and second in "cdjz":
        return rest[1:], False
    if first == "m" and second and second in "bfpv":
        return rest[1:], False
    if first and second and first in "mnlrwy" and second in _VOWELS:
        # "periksa" and "perintah" keep their per-: it is part of the root.
        return (word, True) if nasal == "pe" and first == "r" else (rest, True)
    return word, True


def _without_per(word: str, suffix: str) -> tuple[str, bool]:
    rest = word.removeprefix("per")
    if rest[:1] and rest[0] not in _VOWELS:
        return (rest, True) if len(rest) > 3 and _is_root(rest.removesuffix(suffix)) else (word, True)
    if suffix and word[2:].removesuffix(suffix) in _ROOTS_IN_R:
        return word[2:], True
    if word[2:] in ("rawat", "rokok", "rusak"):
        return word[2:], True
    if suffix and _is_root(rest.removesuffix(suffix)):
        return rest, True
    return word, True


def _without_suffix(word: str, *suffixes: str) -> str:
    for suffix in suffixes:
        rest = word.removesuffix(suffix)
        if rest == word or not _is_root(rest):
            continue
        if suffix == "i" and not _can_lose_i(rest):
            continue
        # desain and selain are not desa and sela; pasien is not touched by this rule at all.
        if suffix == "in" and (rest.endswith("a") or not _ends_open(rest)):
            continue
        return rest
    return word


def _can_lose_i(rest: str) -> bool:
    """-i is a suffix after u or after vowel and consonant (obat-i), not in ganti, cuci or verifikasi."""
    if rest.endswith("u"):
        return True
    return (
        len(rest) > 3
        and rest[-1] not in _VOWELS
        and _ends_open(rest)
        and not (rest.endswith("as") and len(rest) > 5)
    )


def _ends_open(rest: str) -> bool:
    """Ends in a vowel, or in a vowel and one consonant (ng, ny count as one), as Indonesian roots do."""
    if rest[-1] in _VOWELS:
        return True
    return rest[-2] in _VOWELS or (rest.endswith(("ng", "ny")) and rest[-3:-2] in tuple(_VOWELS))


def _is_root(rest: str) -> bool:
    """Could stand as a root: two syllables and a beginning that Indonesian allows, or a known short root."""
    if rest in _SHORT_ROOTS:
        return True
    if len(rest) < 3 or sum(letter in _VOWELS for letter in rest) < 2:
        return False
    return rest[0] in _VOWELS or rest[1] in _VOWELS or rest[:2] in _ONSETS


def _key(root: str) -> str:
    """The root with the letters made equal that affixes hide: final k after a vowel, first consonant."""
    if root in _KEPT_WHOLE or len(root) < 4:
        return root
    if len(root) > 4 and root[-1] == "k" and root[-2] in _VOWELS:
        root = root[:-1]  # suntik-an and sunti-kan look the same
    if root.startswith("ny") and root[2] in _VOWELS:
        return "s" + root[2:]
    if root[1] not in _VOWELS:
        return root
    if root[0] in "nm":
        return ("t" if root[0] == "n" else "p") + root[1:]
    if len(root) > 4 and root[0] in "kh":
        return root[1:]
    return root
