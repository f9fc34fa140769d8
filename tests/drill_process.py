"""What a restore drill does inside one installation, in a process of its own: ``python -m tests.drill_process VERB``.

``work`` and ``edit`` leave the traces of a working day, ``look`` prints what there is as JSON, ``walk`` visits
pages, ``write`` writes pairs of rows until it is told to stop.
"""

import hashlib
import json
import os
import sys
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree

# First, because it sets Django up and only then models can be imported.
import portal.wsgi  # isort: skip  # noqa: F401

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from portal.shared.history import Change
from portal.shared.models import ContentVersion
from portal.shared.work.mail import OutgoingMail, queue_mail
from portal.shared.work.models import Heartbeat, Job
from services.models import Service

# What a restore is meant to change: who is signed in, which number pages carry, what is still to be done.
MEANT = (ContentVersion, Heartbeat, Job, OutgoingMail)
MOST_PAGES = 60


def work() -> dict[str, Any]:
    sari = User.objects.create_user("sari", "sari@contoh.id", "kata sandi yang panjang", is_staff=True)
    first, second, *_rest = Service.objects.published()
    now = timezone.now()
    first.confirm(by=sari, at=now)
    second.close_temporarily(by=sari, from_day=now.date(), until=None, reason="Loket dicat", at=now)
    for name, size in (("foto/loket.jpg", 5000), ("foto/ruang/tunggu.jpg", 70_000), ("kosong.txt", 0)):
        default_storage.save(name, ContentFile(os.urandom(size)))
    default_storage.save("bagikan/ktp-hilang/gambar.jpg", ContentFile(b"drawn again when asked for"))
    queue_mail(to="sari@contoh.id", subject="Sudah", body="Isi", key="sent")
    OutgoingMail.objects.filter(key="sent").update(sent_at=now, to="", subject="", body="")
    queue_mail(to="sari@contoh.id", subject="Belum", body="Isi", key="waiting")
    session = SessionStore()
    session["who"] = "sari"
    session.create()
    Heartbeat.beat("worker-1", now - timedelta(minutes=1))
    return look()


def edit() -> dict[str, Any]:
    Group.objects.create(name="tambahan")
    default_storage.save("tambahan.txt", ContentFile(b"later"))
    return look()


def look() -> dict[str, Any]:
    return {
        "digests": {table: digest(table) for table in tables()},
        "counts": {"changes": Change.objects.count(), "users": User.objects.count()},
        "media": {name: hashed(name) for name in media_names("")},
        "jobs": sorted(Job.objects.values_list("status", flat=True)),
        "mails": sorted((mail.key, mail.body, mail.sent_at is None) for mail in OutgoingMail.objects.all()),
        "version": ContentVersion.objects.values_list("number", flat=True).first(),
        "sessions": counted("django_session"),
    }


def tables() -> list[str]:
    left_out = {model._meta.db_table for model in MEANT} | {"django_session"}
    with connection.cursor() as cursor:
        return [
            name
            for name in connection.introspection.table_names(cursor)
            if name not in left_out and "_fts" not in name
        ]


def digest(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        rows = sorted(repr(row) for row in cursor.fetchall())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def counted(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return int(cursor.fetchone()[0])


def media_names(prefix: str) -> list[str]:
    if not default_storage.exists(prefix or "."):
        return []
    folders, files = default_storage.listdir(prefix or ".")
    return [f"{prefix}{name}" for name in files] + [
        found for folder in folders for found in media_names(f"{prefix}{folder}/")
    ]


def hashed(name: str) -> str:
    with default_storage.open(name) as file:
        return hashlib.sha256(file.read()).hexdigest()


def walk() -> dict[str, Any]:
    """Status of the main public pages in both languages, of search, and of the staff door."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    found = [str(one.text).removeprefix(settings.SITE_URL) for one in tree.iter() if one.tag.endswith("}loc")]
    step = max(1, len(found) // MOST_PAGES)
    addresses = [*found[:15], *found[15::step], "/data/services.json", "/data/services.csv", "/robots.txt"]
    statuses = {address: client.get(address).status_code for address in addresses}
    return {
        "statuses": statuses,
        "sign_in": client.get("/admin/login/").status_code,
        "hits": client.get("/cari/", {"q": "surat"}).content.decode().count('<a href="/layanan/'),
    }


def hsds() -> dict[str, Any]:
    """Everything under /data/hsds/, by the name of its object."""
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    names = {
        "services": "service",
        "organizations": "organization",
        "service_at_locations": "service_at_location",
    }
    names |= {"taxonomies": "taxonomy", "taxonomy_terms": "taxonomy_term"}
    found: dict[str, Any] = {name: [] for name in names.values()}
    for path, name in names.items():
        number, is_last = 0, False
        while not is_last:
            number += 1
            page = client.get(f"/data/hsds/{path}", {"page": number, "full": "true"}).json()
            found[name] += page["contents"]
            is_last = page["last_page"]
    return found


def write() -> dict[str, Any]:
    """Pairs of rows, both or neither: a copy taken between the two halves would show."""
    print("writing", flush=True)
    number = 0
    until = timezone.now() + timedelta(seconds=20)
    while timezone.now() < until and not os.path.exists(sys.argv[2]):
        number += 1
        with transaction.atomic():
            Group.objects.create(name=f"left {number}")
            Group.objects.create(name=f"right {number}")
    return {"pairs": number}


if __name__ == "__main__":
    verbs = {"work": work, "edit": edit, "look": look, "hsds": hsds, "walk": walk, "write": write}
    print(json.dumps(verbs[sys.argv[1]]()), flush=True)
