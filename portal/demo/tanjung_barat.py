"""Examples for Kelurahan Tanjung Barat: workshops, discussion, seminar, mobile service, flyers, posts, home visits."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from outreach import dropping, visiting
from outreach.models import Campaign, Event
from outreach.models.campaign import Partnership
from outreach.models.invitation import Invitation
from outreach.models.opinion import UnderstandingItem
from outreach.models.post import Post
from outreach.models.post_version import PostVersion
from outreach.models.printing import Material, PrintRun
from outreach.models.visit_round import Round, RoundArea, RoundTopic
from outreach.visiting import Door
from portal.demo.making import WHO, Maker
from portal.demo.neighbourhood import mosquitoes, small_business
from portal.shared.history import recorded
from services.models import Area, Audience, Location, Organization, Service

Kind = Event.Kind
HEALTH_AT_RW = "cek-kesehatan-gratis-rw-03"


def make(maker: Maker) -> None:
    office = maker.one(Organization, "kelurahan-tanjung-barat")
    ward = maker.one(Area, "tanjung-barat")
    rw = maker.area("RW 03", Area.Level.RW, ward)
    rts = [maker.area(f"RT 00{number} RW 03", Area.Level.RT, rw) for number in range(1, 5)]
    health = health_check(maker, office, rw)
    home_visits(maker, office, health, rts)
    flyers(maker, office, health, rts)
    posts(maker, office, health)
    small_business(maker, office)
    mosquitoes(maker, office, rw)


def health_check(maker: Maker, office: Organization, rw: Area) -> Campaign:
    """The campaign of the main story: three events, of which one is over."""
    elderly, everybody = maker.one(Audience, "lansia"), maker.rows(Audience, "semua-warga lansia keluarga")
    check = maker.rows(Service, "cek-kesehatan")
    today = maker.today
    campaign = maker.campaign(
        "Cek kesehatan gratis RW 03",
        slug=HEALTH_AT_RW,
        summary="Warga RW 03 tahu tekanan darah dan gula darahnya, tanpa biaya dan tanpa jauh-jauh.",
        goal="Paling sedikit 150 warga RW 03 ikut Cek Kesehatan Gratis, sepertiganya lansia.",
        starts=today - timedelta(days=24),
        ends=today + timedelta(days=35),
        unit=office,
        targets=[
            ("came", 150, rw),
            ("came", 50, elderly),
            ("events", 3),
            ("homes_met", 120),
            ("flyers", 300),
            ("posts", 3),
            ("scans", 100),
        ],
        audiences=everybody,
        areas=[rw],
        services=check,
        budget=6_000_000,
        spent=2_350_000,
    )
    puskesmas = maker.one(Organization, "puskesmas-jagakarsa") or office
    helpers = maker.organization("Kader PKK RW 03 (contoh)", Organization.Kind.COMMUNITY, rw)
    for partner, role, promised, delivered in (
        (puskesmas, "expert", "Dua perawat dan alat periksa", "Dua perawat pada kegiatan pertama"),
        (helpers, "mobiliser", "Mengundang setiap RT", "Empat RT sudah diundang"),
    ):
        maker.keep(
            Partnership(
                campaign=campaign, organization=partner, role=role, promised=promised, delivered=delivered
            )
        )
    shared: dict[str, Any] = {
        "unit": office,
        "campaign": campaign,
        "category": maker.topic("berobat"),
        "audiences": everybody,
        "areas": [rw],
        "services": check,
        "has_step_free_access": True,
    }
    held_talk(maker, shared, maker.one(Service, "cek-kesehatan"))
    seminar = maker.event(
        "Kenali tekanan darah Anda",
        slug="kenali-tekanan-darah",
        day=maker.day(0, 5),
        clock=("09:00", "11:30"),
        kind=Kind.SEMINAR,
        summary="Perawat menjelaskan tekanan darah tinggi, lalu Anda diperiksa. Gratis.",
        description="Duduk bersama perawat puskesmas: apa arti angkanya, makanan apa yang menolong, kapan harus berobat.",
        location=maker.one(Location, "pustu-tanjung-barat"),
        capacity=30,
        bring="KTP atau KK\nKacamata baca kalau perlu",
        has_interpreter=False,
        has_child_care=True,
        agenda=[("Penjelasan", 40), ("Periksa tekanan darah", 60), ("Tanya jawab", 40)],
        speakers=[("Perawat puskesmas (contoh)", "Puskesmas Jagakarsa")],
        **shared,
    )
    maker.parties(seminar, [2, 1, 2, 4, 1, 2, 1, 3, 2, 2, 1, 2, 1, 1])
    UnderstandingItem.objects.create(
        event=seminar,
        position=1,
        text="Berapa tekanan darah yang normal untuk orang dewasa?",
        choices="*Di bawah 120/80\nDi atas 140/90\nSama dengan umur",
    )
    UnderstandingItem.objects.create(
        event=seminar, position=2, text="Seberapa yakin Anda bisa mengurangi garam?", kind="scale"
    )
    maker.asked(
        seminar,
        "Apakah harus puasa dulu sebelum diperiksa?",
        "Tidak perlu untuk tekanan darah. (contoh)",
        "Puskesmas (contoh)",
    )
    maker.asked(seminar, "Ibu saya tidak bisa jalan jauh, adakah pemeriksaan di rumah?")
    maker.event(
        "Periksa keliling di Pos RW 03",
        slug="periksa-keliling-rw-03",
        day=maker.day(2, 5),
        clock=("07:30", "11:00"),
        kind=Kind.MOBILE_SERVICE,
        summary="Tekanan darah, gula darah, dan lingkar perut diperiksa di pos RW. Gratis.",
        place_words="Pos RW 03 (contoh)",
        bring="KTP atau KK",
        takes_registrations=False,
        **shared,
    )
    return campaign


def held_talk(maker: Maker, shared: dict[str, Any], service: Service) -> None:
    """The first event took place two weeks ago."""
    day = maker.day(-2, 5)
    event = maker.event(
        "Bincang warga: mengapa periksa sebelum sakit",
        slug="bincang-periksa-sebelum-sakit",
        day=day,
        clock=("09:00", "11:00"),
        kind=Kind.DISCUSSION,
        level=Event.Level.CONSULT,
        summary="Warga dan petugas membicarakan apa yang membuat orang enggan periksa.",
        place_words="Balai warga RW 03 (contoh)",
        capacity=50,
        agenda=[("Perkenalan", 10), ("Bercerita bergantian", 60), ("Janji petugas", 20)],
        speakers=[("Petugas kelurahan (contoh)", "seksi kesejahteraan rakyat")],
        report="Empat puluhan warga hadir. Alasan terbanyak: takut hasilnya, dan jam periksa bersamaan dengan jam kerja. (contoh)",
        **shared,
    )
    maker.keep(
        Invitation(
            event=event, group="Warga yang diundang ketua RT (contoh)", area=shared["areas"][0], amount=60
        ),
        maker.before(day, 15),
    )
    UnderstandingItem.objects.create(
        event=event,
        position=1,
        text="Kapan sebaiknya memeriksa tekanan darah?",
        choices="*Setahun sekali, juga kalau sehat\nKalau sudah pusing\nKalau disuruh dokter",
    )
    parties = maker.parties(event, [2, 1, 1, 3, 2, 1, 2, 1, 2, 1, 1, 2])
    heads = {
        ("women", "adult", False): 21,
        ("women", "elderly", False): 9,
        ("men", "adult", False): 8,
        ("men", "elderly", False): 6,
        ("women", "elderly", True): 1,
    }
    maker.held(event, parties[:10], walk_ins=[2, 4, 1], heads=heads, from_words="RW 03")
    maker.rated(
        event,
        [
            (4, 4, ""),
            (4, 4, ""),
            (3, 4, "Ingin ada periksa langsung"),
            (4, 3, ""),
            (3, 3, "Jamnya terlalu pagi"),
            (2, 3, "Kurang kursi"),
            *[(4, 4, "")] * 7,
            *[(3, 3, "")] * 6,
            *[(2, 2, "")] * 4,
        ],
    )
    maker.understood(event, [(2, 1)] * 9 + [(1, 1)] * 3 + [(3, 2)] * 2)
    maker.asked(
        event,
        "Kalau gula darahnya tinggi, obatnya bayar?",
        "Obat dasar dari puskesmas tidak dipungut biaya untuk peserta JKN. (contoh)",
        "Puskesmas (contoh)",
        live=True,
    )
    maker.minutes(
        event,
        "1. Warga bercerita alasan enggan periksa.\n2. Petugas menjelaskan Cek Kesehatan Gratis.\n3. Dua janji dicatat. (contoh)",
        "Petugas kelurahan (contoh)\nWakil warga RW 03 (contoh)",
    )
    maker.promise(
        event,
        "Pemeriksaan juga dibuka hari Sabtu di RW 03",
        maker.today + timedelta(days=14),
        service=service,
    )
    maker.promise(
        event,
        "Jadwal periksa ditempel di setiap pos RT",
        day + timedelta(days=7),
        done="Jadwal ditempel di empat pos RT. (contoh)",
        service=service,
    )


def home_visits(maker: Maker, office: Organization, campaign: Campaign, rts: list[Area]) -> None:
    starts = maker.today - timedelta(days=10)
    walk = Round(
        title="Kunjungan rumah: ajakan cek kesehatan (contoh)",
        campaign=campaign,
        unit=office,
        starts_on=starts,
        ends_on=maker.today + timedelta(days=20),
        guide="Sapa dulu, sebut nama dan kantor.\nTanya: sudah pernah ikut Cek Kesehatan Gratis?\nTinggalkan selebaran.",
        material_words="selebaran",
        is_example=True,
    )
    maker.keep(walk, maker.before(starts, 5))
    targets = (42, 38, 51, 35)
    areas = [
        RoundArea.objects.create(
            round=walk, area=rt, target=target, target_source="perkiraan ketua RT (contoh)", sequence=number
        )
        for number, (rt, target) in enumerate(zip(rts, targets, strict=True))
    ]
    talk = RoundTopic.objects.create(
        round=walk, words="Cek Kesehatan Gratis", service=maker.one(Service, "cek-kesehatan")
    )
    for area, counts in zip(areas, ((21, 8, 2, 1), (12, 9, 1, 0), (17, 6, 3, 2), (0, 0, 0, 0)), strict=True):
        doors = [
            Door(
                outcome,
                topics=(talk,) if outcome == "met" else (),
                flyers=1 if outcome in ("met", "not_home") else 0,
            )
            for outcome, number in zip(("met", "not_home", "refused", "empty"), counts, strict=True)
            for _home in range(number)
        ]
        for number, door in enumerate(doors):
            at = maker.moment(starts + timedelta(days=area.sequence * 2), "09:00") + timedelta(
                minutes=11 * number
            )
            visiting.record(
                area,
                door,
                client_id=uuid5(NAMESPACE_URL, f"{maker.key()}"),
                at=at,
                by=None,
                now=max(at, maker.now),
            )


def flyers(maker: Maker, office: Organization, campaign: Campaign, rts: list[Area]) -> None:
    """Three hundred in four places, some brought back."""
    material = maker.keep(
        Material(
            kind=Material.Kind.FLYER, headline="Cek kesehatan gratis di RW 03", campaign=campaign, unit=office
        )
    )
    printed = maker.today - timedelta(days=16)
    run = maker.keep(PrintRun(material=material, printed_on=printed, amount=300, printer="Percetakan contoh"))
    for place, amount, back, rt in (
        ("Pos RT 001 (contoh)", 90, 0, rts[0]),
        ("Warung di mulut gang (contoh)", 60, 12, rts[1]),
        ("Posyandu RW 03 (contoh)", 100, 0, rts[2]),
        ("Masjid RW 03 (contoh)", 50, 5, rts[3]),
    ):
        drop = dropping.plan_drop(run, place, amount, by=WHO, area=rt)
        dropping.put_out(drop, on=printed + timedelta(days=1), who="kader PKK (contoh)", by=WHO)
        if back:
            dropping.bring_back(drop, back, on=printed + timedelta(days=9), by=WHO)


def posts(maker: Maker, office: Organization, campaign: Campaign) -> None:
    """One text for three channels, two of them out; another one waits for its day."""
    out = maker.before(maker.today - timedelta(days=12), 0)
    for title, words, planned, is_out in (
        (
            "Cek kesehatan gratis dimulai di RW 03 (contoh)",
            "Tekanan darah dan gula darah diperiksa gratis untuk warga RW 03. Boleh datang bersama keluarga. #TanjungBarat #CekKesehatan",
            out,
            True,
        ),
        (
            "Sabtu ini: kenali tekanan darah Anda (contoh)",
            "Perawat menjelaskan dan memeriksa. Gratis, tempat terbatas. #TanjungBarat",
            maker.now + timedelta(days=2),
            False,
        ),
    ):
        # The first tells of the campaign, the second of its next activity.
        event = None if is_out else maker.one(Event, "kenali-tekanan-darah")
        post = Post(
            title=title,
            text=words,
            event=event,
            campaign=campaign,
            unit=office,
            planned_at=planned,
            is_example=True,
        )
        maker.keep(post, out - timedelta(days=2))
        for channel, shape in (
            ("facebook", "1200x630"),
            ("instagram", "1080x1080"),
            ("whatsapp", "1080x1080"),
        ):
            PostVersion.objects.create(post=post, channel=channel, shape=shape).prepare(by=WHO)
        with recorded(post, verb="change", by=WHO, at=out - timedelta(days=2), is_public=False):
            post.save()
        post.ask_approval(by=WHO, at=out - timedelta(days=1))
        if is_out:
            post.approve(by=WHO, at=out - timedelta(hours=3))
            for version in post.versions.filter(channel__in=("facebook", "whatsapp")):
                version.note_published(by=WHO, at=maker.now, published_at=out)
