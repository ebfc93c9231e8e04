"""The town's files: kept once by content, named by ids that are the bot's own, lent for an hour."""

from __future__ import annotations

import hashlib
import mimetypes
import os
import re
import sqlite3
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

from simulator.checks import Upload
from simulator.pictures import SIDES_PX, sizes
from simulator.refusal import Refused, bad
from simulator.store import Store

KIND = {
    "photo": "AgAC",
    "document": "BQAC",
    "video": "BAAC",
    "voice": "AwAC",
    "video_note": "DQAC",
    "animation": "CgAC",
}
FILE_ID = re.compile(rf"(?P<kind>{'|'.join(KIND.values())})(?P<bot>[0-9a-z]{{6}})(?P<unique>[\w-]{{17,20}})")
CLIPS: dict[str, dict[str, Any]] = {
    "video": {"duration": 4, "width": 640, "height": 360, "mime_type": "video/mp4"},
    "voice": {"duration": 4, "mime_type": "audio/ogg"},
    "video_note": {"duration": 4, "length": 240},
    "animation": {"duration": 4, "width": 640, "height": 360, "mime_type": "video/mp4"},
}
"""What is told of a film or a voice beside its file; nobody here looks into it."""
DOWNLOAD_LIMIT = 20 * 1024 * 1024
DOCUMENT_LIMIT = 50 * 1024 * 1024
LENT_FOR = 3600  # seconds the address of a file works after getFile
# What a browser may show by itself; anything else people upload is only ever a download.
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp"}

Json = dict[str, Any]


class Files:
    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    # Keeping

    def keep_photo(self, upload: Upload) -> str:
        """The unique id of the photo's largest size. The same bytes are worked on once."""
        print_ = digest(upload.content)
        known = self.store.one(
            "SELECT picture FROM files WHERE picture IN (?, ?, ?, ?)", *(f"AQ{print_}{letter}" for letter in SIDES_PX)
        )
        if known is not None:
            return str(known["picture"])
        made = sizes(upload.content)
        picture = f"AQ{print_}{made[-1].letter}"
        for size in made:
            self._keep(
                f"AQ{print_}{size.letter}", "photo", None, "image/jpeg", size.jpeg, (size.width, size.height), picture
            )
        return picture

    def keep_document(self, upload: Upload) -> str:
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > DOCUMENT_LIMIT:
            raise Refused(413, "Request Entity Too Large")
        name = plain_name(upload.name)
        unique = f"Ag{digest(upload.content + name.encode())}"
        if self.store.one("SELECT 1 FROM files WHERE unique_id = ?", unique) is None:
            mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
            self._keep(unique, "document", name, mime, upload.content, None, None)
        return unique

    def keep_clip(self, upload: Upload, kind: str) -> str:
        """A film or a voice, under an id of its own for each of what it may be sent as."""
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > DOCUMENT_LIMIT:
            raise Refused(413, "Request Entity Too Large")
        unique = f"Ag{digest(upload.content + kind.encode())}"
        if self.store.one("SELECT 1 FROM files WHERE unique_id = ?", unique) is None:
            name = "voice.oga" if kind == "voice" else "video.mp4"
            mime = str(CLIPS[kind].get("mime_type", "video/mp4"))
            self._keep(unique, kind, name, mime, upload.content, None, None)
        return unique

    def _keep(
        self,
        unique: str,
        kind: str,
        name: str | None,
        mime: str,
        content: bytes,
        box: tuple[int, int] | None,
        picture: str | None,
    ) -> None:
        path = self.folder / unique
        part = path.with_suffix(".part")
        part.write_bytes(content)
        os.replace(part, path)
        self.store.run(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            unique, self.store.count("files"), kind, name, mime, len(content), *(box or (None, None)), picture,
        )  # fmt: skip

    # Showing

    def photo(self, picture: str, bot: int) -> list[Json]:
        """The sizes of a photo as PhotoSize objects, smallest first."""
        rows = self.store.all("SELECT * FROM files WHERE picture = ? ORDER BY width * height", picture)
        return [
            {**named(row, bot), "width": row["width"], "height": row["height"], "file_size": row["size"]}
            for row in rows
        ]

    def document(self, unique: str, bot: int) -> Json:
        row = self.row(unique)
        return {**named(row, bot), "file_name": row["name"], "mime_type": row["mime"], "file_size": row["size"]}

    def clip(self, unique: str, bot: int) -> Json:
        """As the Video, Voice, VideoNote or Animation of a message."""
        row = self.row(unique)
        return {**named(row, bot), **CLIPS[row["kind"]], "file_size": row["size"]}

    def content(self, unique: str) -> bytes:
        return (self.folder / str(self.row(unique)["unique_id"])).read_bytes()

    def row(self, unique: str) -> sqlite3.Row:
        row = self.store.one("SELECT * FROM files WHERE unique_id = ?", unique)
        if row is None:
            raise Refused(404, "Not Found")
        return row

    # Lending

    def by_file_id(self, file_id: str, bot: int, kind: str | None = None) -> sqlite3.Row:
        """The file a bot names. Raises Refused for an id that is another bot's, unknown, or of the wrong kind."""
        found = FILE_ID.fullmatch(file_id)
        row = None
        if found is not None and found["bot"] == mark(bot):
            row = self.store.one("SELECT * FROM files WHERE unique_id = ?", found["unique"])
        if row is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if kind is not None and row["kind"] != kind:
            raise bad(f"can't use file of type {row['kind'].title()} as {kind.title()}")
        return row

    def lend(self, file_id: str, bot: int, now: float) -> Json:
        """getFile."""
        try:
            row = self.by_file_id(file_id, bot)
        except Refused:
            raise bad("invalid file_id") from None
        if row["size"] > DOWNLOAD_LIMIT:
            raise bad("file is too big")
        self.store.run("UPDATE files SET asked = ? WHERE unique_id = ?", now, row["unique_id"])
        return {**named(row, bot), "file_size": row["size"], "file_path": address(row)}

    def lent(self, path: str, now: float) -> bytes:
        number = re.search(r"file_(\d+)", path)
        row = self.store.one("SELECT * FROM files WHERE number = ?", int(number[1])) if number else None
        if row is None or address(row) != path or row["asked"] is None or now - row["asked"] > LENT_FOR:
            raise Refused(404, "Not Found")
        return self.content(row["unique_id"])


def address(row: sqlite3.Row) -> str:
    suffix = ".jpg" if row["kind"] == "photo" else Path(row["name"] or "").suffix[:12]
    return f"{row['kind']}s/file_{row['number']}{suffix if re.fullmatch(r'[.][A-Za-z0-9]+', suffix) else ''}"


def named(row: sqlite3.Row, bot: int) -> Json:
    return {"file_id": f"{KIND[row['kind']]}{mark(bot)}{row['unique_id']}", "file_unique_id": row["unique_id"]}


def mark(bot: int) -> str:
    """A file_id is of use to one bot only."""
    return hashlib.sha256(str(bot).encode()).hexdigest()[:6]


def digest(content: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(content).digest()[:12]).decode()


def plain_name(name: str) -> str:
    """A file's name without the folders and control characters a hostile sender may put into it."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(letter for letter in last if letter.isprintable())[:120] or "file"
