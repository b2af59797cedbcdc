"""The double's files: uploaded in three steps, of use in a message a moment later."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.doubles.slack_messages import Messages
from tests.doubles.slack_state import BOT, Answer, RefusedError

PROCESSING_S = 1.0
IMAGES = {"png", "jpg", "jpeg", "gif"}


@dataclass
class Upload:
    """A file: its bytes once sent, when it was completed, and where it was shared."""

    file_id: str
    filename: str
    length: int
    content: bytes | None = None
    title: str = ""
    completed_at: float | None = None
    shared_in: list[str] = field(default_factory=list)


class Files(Messages):
    """files.*"""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, Upload] = {}

    def uploaded(self, file_id: str, content: bytes) -> bool:
        """Takes a file's bytes; False when they aren't as many as was said."""
        upload = self.files.get(file_id)
        if upload is None or len(content) != upload.length:
            return False
        upload.content = content
        return True

    def fits(self, message: Answer) -> None:
        """Refuses an image whose file isn't there, or not processed yet, besides what Messages refuses."""
        super().fits(message)
        for file_id in _file_ids(message.get("blocks") or []):
            upload = self.files.get(file_id)
            if upload is None or not self._processed(upload) or _kind(upload) not in IMAGES:
                raise RefusedError("invalid_blocks", errors=[f"invalid slack file {file_id}"])

    def _files_getUploadURLExternal(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        if not given.get("filename") or int(given.get("length") or 0) <= 0:
            raise RefusedError("invalid_arguments")
        file_id = f"F{len(self.files) + 1}"
        self.files[file_id] = Upload(file_id, str(given["filename"]), int(given["length"]))
        return {"file_id": file_id, "upload_url": f"{self.base_url}/upload/{file_id}"}

    def _files_completeUploadExternal(self, given: Answer) -> Answer:  # noqa: N802 - Slack's name
        named = given.get("files") or []
        wanted = json.loads(named) if isinstance(named, str) else named
        uploads = [self.files.get(str(one.get("id"))) for one in wanted]
        if not uploads or any(upload is None or upload.content is None for upload in uploads):
            raise RefusedError("file_not_found")
        found = [upload for upload in uploads if upload]
        channel = self.bot_channel(given) if given.get("channel_id") else None
        for upload, one in zip(found, wanted, strict=True):
            upload.completed_at, upload.title = self.clock.now(), str(one.get("title") or upload.filename)
            upload.shared_in += [channel.channel_id] if channel else []
        if channel:
            self._in_thread(channel, given)
            shown = {"text": str(given.get("initial_comment") or ""), "files": [upload.file_id for upload in found]}
            thread = {"thread_ts": given["thread_ts"]} if given.get("thread_ts") else {}
            self.place_message(channel, {**shown, **thread}, user=BOT, bot_id="B1")
        return {"files": [{"id": upload.file_id, "title": upload.title} for upload in found]}

    def _files_info(self, given: Answer) -> Answer:
        upload = self.files.get(str(given.get("file")))
        if upload is None or upload.completed_at is None:
            raise RefusedError("file_not_found")
        kind = _kind(upload) if self._processed(upload) else ""
        described = {"id": upload.file_id, "name": upload.filename, "title": upload.title, "filetype": kind}
        return {"file": {**described, "mimetype": f"application/{kind}" if kind else "", "channels": upload.shared_in}}

    def _processed(self, upload: Upload) -> bool:
        return upload.completed_at is not None and self.clock.now() - upload.completed_at >= PROCESSING_S


def _kind(upload: Upload) -> str:
    return upload.filename.rpartition(".")[2].lower() if "." in upload.filename else "binary"


def _file_ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("slack_file"), dict):
            yield str(node["slack_file"].get("id"))
        for value in node.values():
            yield from _file_ids(value)
    elif isinstance(node, list):
        for item in node:
            yield from _file_ids(item)
