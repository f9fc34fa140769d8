"""Examples for the education agency of Labuhanbatu Utara: a host school with seven others, a town hall, consultations."""

from datetime import timedelta

from outreach.models import Event
from outreach.models.consultation import Consultation
from outreach.models.consultation_parts import (
    ConsultationPaper,
    ConsultationQuestion,
    ConsultationSection,
    Finding,
    ForumStep,
    ParticipantGroup,
)
from outreach.models.consultation_response import Remark, hear
from outreach.models.event import Event as Activity
from portal.demo.making import WHO, Maker
from services.models import Area, Audience, Location, Organization, Service

Kind = Activity.Kind
HOST = "sd-negeri-112280-aek-kanopan"
DISTRICTS = (
    *("na-ix-x", "marbau", "aek-kuo", "aek-natas"),
    *("kualuh-selatan", "kualuh-hilir", "kualuh-leidong"),
)


def make(maker: Maker) -> None:
    agency = maker.one(Organization, "disdik-labura")
    early_years(maker, agency)
    scholarships(maker, agency)
    open_door(maker, agency)
    admission_rules(maker, agency)
    certificate_standard(maker, agency)


def schools(maker: Maker) -> list[Location]:
    """One primary school in each of the seven other districts."""
    found = []
    for district in DISTRICTS:
        area = maker.one(Area, f"kecamatan-{district}")
        within = Area.objects.within(area) if area else Area.objects.none()
        rows = Location.objects.filter(area__in=within, kind="school_primary", name__startswith="SD Negeri")
        if school := rows.order_by("name").first():
            found.append(school)
    return found


def early_years(maker: Maker, agency: Organization) -> None:
    today = maker.today
    campaign = maker.campaign(
        "Satu tahun PAUD sebelum SD",
        slug="satu-tahun-paud",
        summary="Orang tua tahu mengapa dan di mana anak ikut PAUD satu tahun sebelum masuk SD.",
        goal="Setiap anak berusia 5–6 tahun ikut PAUD paling sedikit satu tahun sebelum SD.",
        starts=today - timedelta(days=20),
        ends=today + timedelta(days=70),
        unit=agency,
        targets=[("came", 400), ("events", 2), ("scans", 300)],
        audiences=maker.rows(Audience, "keluarga guru-sekolah"),
        services=maker.rows(Service, "paud-sebelum-sd"),
    )
    maker.event(
        "Gerakan serentak PAUD di delapan kecamatan",
        slug="gerakan-serentak-paud",
        day=maker.day(1, 4),
        clock=("08:30", "11:30"),
        kind=Kind.CAMPAIGN_DAY,
        unit=agency,
        campaign=campaign,
        category=maker.topic("paud"),
        summary="Guru PAUD dan SD menjelaskan cara mendaftar; tujuh sekolah lain ikut lewat layar.",
        description="Satu sekolah menjadi tuan rumah. Tujuh kecamatan lain mengikuti bersama-sama di sekolah masing-masing.",
        location=maker.one(Location, HOST),
        sites=schools(maker),
        bring="Kartu Keluarga\nAkta lahir anak",
        capacity=120,
        has_step_free_access=True,
        has_child_care=True,
        audiences=maker.rows(Audience, "keluarga guru-sekolah"),
        services=maker.rows(Service, "paud-sebelum-sd"),
        agenda=[
            ("Sambutan", 15),
            ("Mengapa PAUD setahun sebelum SD", 45),
            ("Cara mendaftar", 30),
            ("Tanya jawab", 60),
        ],
        speakers=[("Guru PAUD (contoh)", "pendidik PAUD"), ("Petugas Disdik (contoh)", "bidang PAUD")],
    )


def scholarships(maker: Maker, agency: Organization) -> None:
    event = maker.event(
        "Penjelasan beasiswa kuliah",
        slug="penjelasan-beasiswa-kuliah",
        day=maker.day(0, 3),
        clock=("13:30", "15:30"),
        kind=Kind.BRIEFING,
        unit=agency,
        category=maker.topic("bantuan-sekolah"),
        summary="Siapa yang bisa ikut, berkas apa yang disiapkan, dan kapan pendaftarannya.",
        place_words="Aula Dinas Pendidikan, Aek Kanopan",
        online_url="https://contoh.id/beasiswa",
        capacity=60,
        bring="Rapor terakhir (fotokopi)\nKartu Keluarga (fotokopi)",
        has_interpreter=False,
        audiences=maker.rows(Audience, "murid mahasiswa keluarga"),
        services=maker.rows(Service, "beasiswa-kuliah"),
        agenda=[("Syarat dan jadwal", 40), ("Mengisi formulir bersama", 50), ("Tanya jawab", 30)],
        speakers=[("Petugas Disdik (contoh)", "bidang bantuan pendidikan")],
    )
    maker.parties(event, [2, 1, 3, 2, 1, 1, 2, 4, 1, 2])
    maker.asked(
        event,
        "Apakah murid Paket C boleh ikut?",
        "Boleh, asalkan ijazah Paket C sudah keluar sebelum pendaftaran ditutup. (contoh)",
        "Petugas Disdik (contoh)",
    )
    maker.asked(event, "Apakah harus datang, atau bisa diwakili orang tua?")


def open_door(maker: Maker, agency: Organization) -> None:
    """A town hall that took place, with what came of it."""
    day = maker.day(-4, 2)
    event = maker.event(
        "Pertemuan terbuka: sekolah dan keluhan orang tua",
        slug="pertemuan-terbuka-sekolah",
        day=day,
        clock=("09:00", "12:00"),
        kind=Kind.TOWN_HALL,
        level=Event.Level.CONSULT,
        unit=agency,
        category=maker.topic("pengaduan-pendidikan"),
        summary="Orang tua bertanya langsung kepada dinas; semua pertanyaan dijawab di tempat atau di halaman ini.",
        place_words="Aula Dinas Pendidikan, Aek Kanopan",
        capacity=100,
        has_step_free_access=True,
        audiences=maker.rows(Audience, "keluarga guru-sekolah komunitas"),
        services=maker.rows(Service, "pengaduan pindah-sekolah-dalam"),
        agenda=[("Pembukaan", 10), ("Pertanyaan warga", 120), ("Janji dan tanggalnya", 30), ("Penutup", 10)],
        speakers=[("Petugas Disdik (contoh)", "sekretariat")],
        report="Delapan puluhan orang tua dan guru hadir. Dua hal dijanjikan: papan biaya di setiap sekolah, "
        "dan jawaban tertulis untuk pindah sekolah. (contoh)",
    )
    parties = maker.parties(event, [2, 1, 1, 3, 2, 2, 1, 4, 1, 2, 2, 1])
    women, men = ("women", "adult", False), ("men", "adult", False)
    heads = {women: 51, men: 27, ("women", "elderly", False): 4, ("women", "adult", True): 2}
    maker.held(event, parties[:10], walk_ins=[3, 2, 5], heads=heads)
    maker.asked(
        event,
        "Mengapa biaya seragam berbeda di tiap sekolah?",
        "Sekolah tidak boleh mengharuskan membeli seragam di sekolah. Papan biaya akan dipasang. (contoh)",
        "Petugas Disdik (contoh)",
        live=True,
    )
    maker.rated(
        event,
        [
            (4, 4, ""),
            (4, 3, ""),
            (3, 3, "Waktu tanya jawab kurang"),
            (3, 2, "Suara kurang keras"),
            (4, 4, ""),
        ],
    )
    maker.minutes(
        event,
        "1. Orang tua meminta kejelasan biaya seragam dan buku.\n2. Dinas menyampaikan aturan dan menerima masukan.\n"
        "3. Disepakati dua janji dengan tanggal. (contoh)",
        "Petugas Disdik (contoh), sekretariat\nWakil orang tua (contoh)",
    )
    maker.promise(event, "Papan biaya dipasang di setiap SD dan SMP negeri", maker.today + timedelta(days=25))
    maker.promise(
        event,
        "Lembar “cara pindah sekolah” dibagikan ke semua sekolah",
        day + timedelta(days=20),
        done="Lembar dikirim ke semua sekolah dan dapat dicetak dari portal ini. (contoh)",
        service=maker.one(Service, "pindah-sekolah-dalam"),
    )


def consultation(
    maker: Maker, agency: Organization, sections: list[tuple[str, str]], questions: list[str], **facts: object
) -> Consultation:
    services = maker.rows(Service, str(facts.pop("service_slugs", "")))
    audiences = maker.rows(Audience, "keluarga guru-sekolah murid")
    row = Consultation(unit=agency, is_example=True, **facts)
    maker.keep(row, row.opens_at - timedelta(days=3), services=services, audiences=audiences)
    for position, (title, text) in enumerate(sections):
        ConsultationSection.objects.create(consultation=row, position=position, title=title, text=text)
    for position, text in enumerate(questions):
        ConsultationQuestion.objects.create(consultation=row, position=position, text=text)
    row.publish(by=WHO, at=row.opens_at - timedelta(days=1))
    return row


def admission_rules(maker: Maker, agency: Organization) -> None:
    """Open now: anybody may write."""
    row = consultation(
        maker,
        agency,
        [
            (
                "Jalur pendaftaran",
                "Usulan: jalur domisili, afirmasi, prestasi, dan mutasi tetap ada. Kuota tiap jalur ditulis di papan sekolah.",
            ),
            (
                "Berkas",
                "Usulan: orang tua cukup membawa Kartu Keluarga dan akta lahir. Surat keterangan lain tidak diminta lagi.",
            ),
            (
                "Pengumuman",
                "Usulan: hasil diumumkan di sekolah dan di portal pada hari yang sama, lengkap dengan nomor urut.",
            ),
        ],
        ["Bagian mana yang masih membingungkan?", "Apa yang paling menyulitkan tahun lalu?"],
        title="Rancangan petunjuk penerimaan murid baru",
        slug="rancangan-petunjuk-spmb",
        changes="Berkas yang dibawa lebih sedikit.\nKuota setiap jalur tampak di papan sekolah.\nHasil diumumkan di satu hari yang sama.",
        who="Semua orang tua, murid, guru, dan warga Labuhanbatu Utara.",
        use="Dibaca bidang SD dan SMP, diputuskan kepala dinas. Hasilnya diumumkan di halaman ini. (contoh)",
        category=maker.topic("masuk-sekolah"),
        service_slugs="spmb-sd spmb-smp",
        opens_at=maker.now - timedelta(days=6),
        closes_at=maker.now + timedelta(days=22),
    )
    first = row.sections.first()
    for text in (
        "Jalur domisili dihitung dari rumah atau dari KK? (contoh)",
        "Kuota jalur afirmasi tolong ditulis angkanya. (contoh)",
    ):
        hear(row, [Remark(section=first, text=text)], form_key=maker.key(), at=maker.now - timedelta(days=2))


def certificate_standard(maker: Maker, agency: Organization) -> None:
    """A forum that is over: heard, changed, not changed and why; signed by both sides."""
    closed = maker.now - timedelta(days=24)
    row = consultation(
        maker,
        agency,
        [
            ("Syarat", "Legalisir ijazah: bawa ijazah asli dan fotokopi paling banyak 10 lembar."),
            ("Lama", "Usulan: selesai pada hari yang sama kalau datang sebelum pukul 11.00."),
        ],
        ["Apakah satu hari cukup cepat?"],
        title="Standar pelayanan legalisir ijazah",
        slug="standar-legalisir-ijazah",
        kind=Consultation.Kind.REVIEW,
        changes="Legalisir selesai pada hari yang sama.\nJumlah lembar paling banyak 10.",
        who="Pengguna layanan, sekolah, kampus, LSM, dan media di Labuhanbatu Utara.",
        use="Dibahas di forum konsultasi publik; hasilnya menjadi standar pelayanan. (contoh)",
        category=maker.topic("ijazah"),
        service_slugs="legalisir-ijazah",
        opens_at=closed - timedelta(days=21),
        closes_at=closed,
        is_forum=True,
    )
    first, second = row.sections.all()
    kept = Finding.objects.create(
        consultation=row,
        position=0,
        heard="Sepuluh lembar kurang untuk pelamar kerja.",
        outcome="changed",
        changed="Paling banyak 20 lembar sekali datang.",
    )
    refused = Finding.objects.create(
        consultation=row,
        position=1,
        heard="Legalisir lewat pos atau daring saja.",
        outcome="kept",
        why="Petugas harus melihat ijazah asli; aturan pusat belum membolehkan salinan digital.",
    )
    for section, text, finding in (
        (first, "Melamar ke beberapa kantor perlu lebih dari 10 lembar. (contoh)", kept),
        (second, "Rumah saya dua jam dari kantor, bisakah lewat pos? (contoh)", refused),
    ):
        response, _is_new = hear(
            row, [Remark(section=section, text=text)], form_key=maker.key(), at=closed - timedelta(days=9)
        )
        response.remarks.update(finding=finding)
    for kind, words, people in (
        ("users", "Orang tua dan lulusan (contoh)", 14),
        ("agencies", "Bagian Organisasi dan Kesra (contoh)", 4),
        ("civil", "Komunitas pendidikan (contoh)", 5),
        ("press", "Wartawan setempat (contoh)", 2),
    ):
        ParticipantGroup.objects.create(consultation=row, kind=kind, words=words, people=people)
    for position, (stage, title) in enumerate(
        (
            (ForumStep.Stage.BEFORE, "Rancangan standar dibagikan"),
            (ForumStep.Stage.DURING, "Forum dengan empat kelompok peserta"),
            (ForumStep.Stage.AFTER, "Berita acara ditandatangani"),
        )
    ):
        day = (closed - timedelta(days=10 - 5 * position)).date()
        ForumStep.objects.create(consultation=row, position=position, stage=stage, title=title, done_on=day)
    ConsultationPaper.objects.create(
        consultation=row,
        kind="attendance",
        title="Daftar hadir forum (contoh)",
        kept_at="Map FKP di sekretariat",
        people=25,
    )
    row.result = (
        "Jumlah lembar naik menjadi 20. Legalisir tetap di kantor, karena ijazah asli harus dilihat. (contoh)"
    )
    row.minutes = (
        "Standar legalisir dibahas pasal demi pasal; satu usulan diterima, satu belum bisa. (contoh)"
    )
    row.signed_by = "Kepala bidang (contoh), Dinas Pendidikan\nWakil peserta (contoh)"
    row.signed_on = closed.date()
    maker.keep(row, closed + timedelta(days=2))
    row.publish_result(by=WHO, at=closed + timedelta(days=7))
