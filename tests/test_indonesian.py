"""Forms of one root meet in one key, other words stay apart, and no input is too strange."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.shared.indonesian import (
    QUERY_CHARACTERS,
    QUERY_WORDS,
    fold,
    is_stop_word,
    query_words,
    stem,
    stems,
    words,
)

pytestmark = pytest.mark.any_engine

ONE_ROOT = [
    "penduduk kependudukan duduk",
    "daftar mendaftar mendaftarkan didaftarkan pendaftaran terdaftar daftarin",
    "urus mengurus pengurus pengurusan diurus ngurus ngurusin urusan ngurusnya",
    "sekolah bersekolah disekolah sekolahnya sekolahan persekolahan",
    "hilang kehilangan menghilang ilang",
    "nikah menikah pernikahan dinikahi",
    "kawin perkawinan mengawini",
    "rusak kerusakan merusak perusakan dirusak",
    "rumah perumahan dirumah rumahku",
    "ubah mengubah perubahan diubah",
    "izin perizinan mengizinkan izinnya",
    "tulis menulis penulisan tertulis ditulis",
    "pakai memakai pemakaian dipakai",
    "suntik menyuntik penyuntikan suntikan nyuntik",
    "sakit penyakit kesakitan",
    "obat berobat pengobatan mengobati",
    "lapor melapor melaporkan laporan pelaporan pelapor laporin",
    "adu mengadu pengaduan mengadukan aduan ngadu",
    "ajar belajar pelajar pelajaran pembelajaran mengajar pengajar",
    "kerja bekerja pekerja pekerjaan mengerjakan pengerjaan",
    "guna gunakan menggunakan penggunaan pengguna",
    "beri memberi memberikan diberikan pemberian",
    "masuk masukan memasukkan termasuk",
    "cetak pencetakan dicetak mencetak",
    "cap dicap",
    "sah mengesahkan pengesahan disahkan",
    "periksa memeriksa pemeriksaan diperiksa",
    "terima menerima penerimaan diterima penerima",
    "milik memiliki pemilik kepemilikan",
    "mati kematian mematikan",
    "lahir kelahiran melahirkan",
    "bayar membayar pembayaran dibayar",
    "panjang perpanjang memperpanjang perpanjangan",
    "ganti mengganti pengganti penggantian diganti",
    "layan layanan pelayanan melayani",
    "lengkap melengkapi perlengkapan",
    "kirim mengirim pengiriman kiriman dikirim",
    "kontrak mengontrak ngontrak kontrakan",
    "tangan menangani penanganan",
    "minta meminta permintaan",
    "mukim pemukiman permukiman",
]

APART = [
    ("tinggal", "meninggal"),
    ("pohon", "mohon"),
    ("kurus", "urus"),
    ("selatan", "selat"),
    ("pertama", "nama"),
    ("kartu", "karta"),
    ("surat", "suara"),
    ("bulan", "bola"),
    ("sekolah", "olah"),
    ("beras", "asli"),
    ("desain", "desa"),
    ("keluarga", "luar"),
    ("lansia", "usia"),
    ("masalah", "masa"),
    ("pasukan", "masuk"),
]


@pytest.mark.parametrize("forms", ONE_ROOT, ids=lambda forms: forms.split()[0])
def test_forms_of_one_root_share_one_key(forms: str) -> None:
    keys = {form: stem(form) for form in forms.split()}
    assert len(set(keys.values())) == 1, keys


@pytest.mark.parametrize(("one", "other"), APART)
def test_words_of_different_meaning_keep_different_keys(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    "word", ["ktp", "kk", "rt", "n1", "112", "pm1", "sd", "b3", "air", "sekolah", "surat"]
)
def test_short_words_codes_and_bare_roots_stay_as_they_are(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    "written", ["e-KTP", "E KTP", "eKTP", "KTP-el", "KTP el", "KTP elektronik", "KTP-EL"]
)
def test_every_way_of_writing_the_electronic_card_is_ktp(written: str) -> None:
    assert words(f"bikin {written} baru") == ["bikin", "ktp", "baru"]


def test_folding_levels_case_width_accents_and_apostrophes() -> None:
    assert words("Jum'at, SÉKOLAH ＫＫ café") == ["jumat", "sekolah", "kk", "cafe"]
    assert fold("Ma’ruf") == "maruf"


def test_only_words_with_a_meaning_become_stems() -> None:
    assert stems("Bagaimana caranya saya mau mengurus KTP yang hilang?") == ["urus", "ktp", "ilang"]


@pytest.mark.parametrize("word", ["yang", "caranya", "apakah", "gimana"])
def test_stop_words_are_known_with_and_without_endings(word: str) -> None:
    assert is_stop_word(word)


def test_a_query_is_bounded_before_any_work() -> None:
    assert len(query_words("surat " * 2000)) == QUERY_WORDS
    assert query_words("x" * 10_000) == ["x" * QUERY_CHARACTERS]


@given(st.text(max_size=300))
@example("\0ktp\0")
@example("😀 ktp 👨‍👩‍👧")
@example('" * ( ) AND OR NEAR - ^ : {search_title}')
@example("'; DROP TABLE services_service; --")
@example("\ud800ktp")
def test_any_text_becomes_plain_words_and_plain_stems(text: str) -> None:
    for each in (*words(text), *stems(text)):
        assert each.isascii()
        assert each.isalnum()
        assert each == each.lower()


@given(st.from_regex(r"[a-z]{1,40}", fullmatch=True))
def test_any_word_has_a_key_that_is_not_empty_and_hardly_longer(word: str) -> None:
    assert 0 < len(stem(word)) <= len(word)


@given(st.text(alphabet="abdegiklmnoprstuwy", min_size=4, max_size=14))
def test_the_key_does_not_depend_on_case_or_surroundings(word: str) -> None:
    assert [stem(one) for one in words(f"({word.upper()})")] == [stem(word)]
