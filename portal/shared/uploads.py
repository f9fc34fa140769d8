"""What a form brings along stays in memory, within bounds: what strangers send never touches the disk as it came."""

import io
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from portal.shared.pictures import MOST_BYTES

MOST_OF_ONE: Final = MOST_BYTES
MOST_TOGETHER: Final = 32 * 1024 * 1024
# The web server in front refuses from here on too: portal/deploy/nginx/portal.conf.
MOST_OF_A_REQUEST: Final = 40 * 1024 * 1024


class MemoryOnly(FileUploadHandler):
    """Keeps each file in memory; of one past its bounds only the size, so that the form can say what is wrong."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.together = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: str | None = None,
    ) -> None:
        if content_length > MOST_OF_A_REQUEST:
            raise RequestDataTooBig("What was sent is larger than any form of this portal takes.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.kept: io.BytesIO | None = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.kept is None:
            return
        if start + len(raw_data) > MOST_OF_ONE or self.together + len(raw_data) > MOST_TOGETHER:
            self.together -= self.kept.tell()
            self.kept = None
            return
        self.kept.write(raw_data)
        self.together += len(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        # Dropped only because of what came beside it, it counts as too large all the same.
        size = file_size if self.kept is not None else max(file_size, MOST_OF_ONE + 1)
        kept = self.kept or io.BytesIO()
        kept.seek(0)
        return InMemoryUploadedFile(
            kept,
            self.field_name,
            self.file_name,
            self.content_type or "",
            size,
            self.charset,
            self.content_type_extra,
        )
