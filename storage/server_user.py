"""Who the embedded server runs as: ourselves, or, since PostgreSQL refuses root, a system user of little reach."""

import os
import pwd
import stat
import struct
import subprocess
import sys
from pathlib import Path
from typing import Final

from persona.errors import FolderUnwritableError

_USER: Final = "persona_bot"
# Of posix_acl_xattr.h: a version word, then entries (tag, permissions, id) in order of tag and id.
_ACL: Final = "system.posix_acl_access"
_VERSION: Final = struct.pack("<I", 2)
_ENTRY: Final = struct.Struct("<HHI")
_OWNER, _NAMED, _GROUP, _NAMED_GROUP, _MASK, _OTHERS = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_NO_ID: Final = 0xFFFFFFFF
_ENTER: Final = 1

Entry = tuple[int, int, int]


def server_user(data: Path) -> str | None:
    """None: the server runs as ourselves. For root: the owner of the data, else a system user, made when missing.

    Where no user can be made (no useradd in the image), it is `nobody`.
    """
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid).pw_name
    if not _known(_USER):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _USER]
        try:
            subprocess.run(command, check=False, capture_output=True)  # noqa: S603 - constant arguments, no shell
        except FileNotFoundError:
            return "nobody"
    # Another process may have made it meanwhile: useradd's own answer doesn't matter.
    return _USER if _known(_USER) else "nobody"


def own_folder(folder: Path, user: str | None) -> None:
    """Makes a folder that only the server's user can open, or takes the one that is there.

    Raises FolderUnwritableError on a link or on somebody else's folder, which in a shared place would be a trap.
    """
    uid = os.geteuid() if user is None else pwd.getpwnam(user).pw_uid
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (uid, os.geteuid()):
        raise FolderUnwritableError(f"{folder} belongs to somebody else. Remove it, or set PERSONA_HOME elsewhere.")
    if found.st_uid != uid:
        os.chown(folder, uid, -1, follow_symlinks=False)
    if found.st_mode & 0o077:
        folder.chmod(0o700)


def let_enter(folder: Path, user: str) -> None:
    """Lets the server's user, and nobody else, pass through the folder and those above it that are closed to others.

    An access-control entry with "enter" alone: it can't list or read them. Raises FolderUnwritableError with the fix on
    a file system without access-control lists.
    """
    uid = pwd.getpwnam(user).pw_uid
    for place in (folder, *folder.parents):
        found = place.stat()
        if found.st_uid != uid and not found.st_mode & stat.S_IXOTH:
            _grant_entry(place, uid)


def let_read(folder: Path) -> None:
    """Opens a folder of programs that a strict umask closed to the server's user; they are public, not ours."""
    if folder.stat().st_mode & stat.S_IXOTH:
        return
    for path in (folder, *folder.rglob("*")):
        mode = path.stat().st_mode
        if not mode & stat.S_IROTH and not path.is_symlink():
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _known(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True


def _grant_entry(folder: Path, uid: int) -> None:
    entries = _entries(folder)
    if (_NAMED, _ENTER, uid) in entries:
        return
    granted = sorted([e for e in entries if (e[0], e[2]) != (_NAMED, uid) and e[0] != _MASK] + [(_NAMED, _ENTER, uid)])
    mask = 0
    for tag, permissions, _ in granted:
        mask |= permissions if tag in (_NAMED, _GROUP, _NAMED_GROUP) else 0
    packed = _VERSION + b"".join(_ENTRY.pack(*e) for e in sorted([*granted, (_MASK, mask, _NO_ID)]))
    try:
        _set_acl(folder, packed)
    except OSError as error:
        raise FolderUnwritableError(
            f"{folder} is closed to {_USER}, the user the database runs as under root. "
            "Set PERSONA_HOME to a folder others can enter, such as /var/lib/persona-bot, or don't run as root."
        ) from error


def _set_acl(folder: Path, packed: bytes) -> None:
    if sys.platform != "linux":
        raise OSError("no POSIX access-control lists")
    os.setxattr(folder, _ACL, packed)


def _entries(folder: Path) -> list[Entry]:
    mode = folder.stat().st_mode
    try:
        if sys.platform == "linux":
            return list(_ENTRY.iter_unpack(os.getxattr(folder, _ACL)[len(_VERSION) :]))
    except OSError:
        pass  # none set yet: the plain mode says it all
    return [(_OWNER, mode >> 6 & 7, _NO_ID), (_GROUP, mode >> 3 & 7, _NO_ID), (_OTHERS, mode & 7, _NO_ID)]
