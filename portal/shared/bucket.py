"""Uploaded files on S3-compatible storage, where one machine is outgrown or must hold nothing of its own."""

from typing import Any

from django.conf import settings
from storages.backends.s3 import S3Storage


class PrivateBucket(S3Storage):
    """A bucket only the portal reads. It hands a file on itself, after asking who may see it.

    So no page carries an address of the bucket, which would hold a signature in its query and end in logs and
    histories, and the Content-Security-Policy names no other host.
    """

    def get_default_settings(self) -> dict[str, Any]:
        return super().get_default_settings() | {
            "bucket_name": settings.MEDIA_BUCKET,
            "endpoint_url": settings.MEDIA_ENDPOINT_URL,
            "region_name": settings.MEDIA_REGION,
            "access_key": settings.MEDIA_ACCESS_KEY_ID,
            "secret_key": settings.MEDIA_SECRET_ACCESS_KEY,
            "default_acl": "private",
            # A second file of one name gets a name of its own, as on a disk.
            "file_overwrite": False,
            # Understood by every server that speaks S3, on any host name.
            "addressing_style": "path",
            "signature_version": "s3v4",
        }

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        raise ValueError("Files in the bucket have no public address: the portal hands them on itself.")
