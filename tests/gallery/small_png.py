"""PNG files made small: few shades, one byte a point, so that a repository can hold them."""

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STEP = 51  # six levels a channel: 216 colours, and black text on white keeps four greys between
Points = npt.NDArray[np.uint8]


def shrink(path: Path, *, rows: int) -> None:
    """Rewrites a PNG (8 bits a channel, not interlaced) with a palette, and with its first `rows` only."""
    points = _read(path.read_bytes())[:rows]
    levels = np.rint(points[..., :3] / _STEP).astype(np.uint8)
    index = levels[..., 0] * 36 + levels[..., 1] * 6 + levels[..., 2]
    height, width = index.shape
    palette = bytes(_STEP * level for n in range(216) for level in (n // 36, n // 6 % 6, n % 6))
    rows_of = b"".join(b"\0" + row.tobytes() for row in index)
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = (_chunk(b"IHDR", head), _chunk(b"PLTE", palette), _chunk(b"IDAT", zlib.compress(rows_of, 9)))
    path.write_bytes(b"".join((_SIGNATURE, *body, _chunk(b"IEND", b""))))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _read(png: bytes) -> Points:
    """Its points: height x width x channels."""
    data, at, width, height, channels = b"", 8, 0, 0, 3
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            width, height, _, colour = struct.unpack(">IIBB", png[at + 8 : at + 18])
            channels = 4 if colour == 6 else 3
        elif kind == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += length + 12
    lines = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, width * channels + 1)
    found = np.zeros((height + 1, width * channels), np.uint8)
    for y, line in enumerate(lines):
        found[y + 1] = _unfiltered(int(line[0]), line[1:], found[y], channels)
    return found[1:].reshape(height, width, channels)


def _unfiltered(kind: int, line: Points, above: Points, step: int) -> Points:
    """A row as it was; the five filters are those of the PNG specification."""
    if kind == 0:
        return line
    if kind == 1:
        return line.reshape(-1, step).cumsum(axis=0, dtype=np.uint8).reshape(-1)
    if kind == 2:
        return line + above
    row, up = line.tolist(), above.tolist()
    for x in range(len(row)):
        left, corner = (row[x - step], up[x - step]) if x >= step else (0, 0)
        row[x] = (row[x] + ((left + up[x]) // 2 if kind == 3 else _paeth(left, up[x], corner))) % 256
    return np.array(row, np.uint8)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))
