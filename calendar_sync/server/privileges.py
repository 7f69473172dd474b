"""Who the embedded PostgreSQL runs as: it refuses to be root.

An ordinary user runs it as himself. Root runs it without creating a user:

* in a user namespace of its own, where root is nobody in particular but still owns root's files;
* where namespaces are forbidden (containers), as the owner of the cluster, or as `nobody`, keeping
  only the capability to reach the files, so that the project may lie in root's home.
"""

import ctypes
import os
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG, PR_SET_KEEPCAPS = 1, 8
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAP_DAC_OVERRIDE = 1
CAPABILITY_VERSION_3 = 0x20080522
REFUSED = 126

libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How a child process sheds root: by a namespace, by becoming a user, or not at all."""

    namespace: bool = False
    user: int | None = None

    def child_of(self, parent: int) -> Callable[[], None]:
        """Return what the child does before it becomes PostgreSQL.

        The kernel then stops it when its parent dies: SIGINT is PostgreSQL's fast shutdown.
        """

        def prepare() -> None:
            if self.namespace and libc.unshare(CLONE_NEWUSER):
                os._exit(REFUSED)
            if self.user is not None:
                _become(self.user)
            # Changing the user clears it, so it comes last.
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT)
            if os.getppid() != parent:
                os._exit(REFUSED)

        return prepare


def identity_for(cluster: Path) -> Identity:
    """Choose the identity that may read and write the cluster, which need not exist yet."""
    if os.geteuid() != 0:
        return Identity()
    owner = cluster.stat().st_uid if cluster.exists() else 0
    if owner == 0 and _namespaces_allowed():
        return Identity(namespace=True)
    if owner == 0:
        _give(cluster, NOBODY)
    return Identity(user=owner or NOBODY)


def _namespaces_allowed() -> bool:
    child = os.fork()
    if child == 0:
        os._exit(REFUSED if libc.unshare(CLONE_NEWUSER) else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def _give(cluster: Path, user: int) -> None:
    for folder, _, files in os.walk(cluster):
        for path in (Path(folder), *(Path(folder, file) for file in files)):
            os.chown(path, user, user, follow_symlinks=False)


def _become(user: int) -> None:
    libc.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)
    mask = 1 << CAP_DAC_OVERRIDE
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    # Effective, permitted, inheritable; the upper 32 capabilities follow.
    if libc.capset(header, struct.pack("=6I", mask, mask, mask, 0, 0, 0)):
        os._exit(REFUSED)
    libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)
