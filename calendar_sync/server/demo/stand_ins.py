"""How the simulated Outlook and Google are run, and how the product is led to them."""

import sys
from dataclasses import dataclass
from pathlib import Path

from calendar_sync.server.demo.processes import HOST


@dataclass(frozen=True)
class StandIns:
    """A process of their own: the product knows them by their addresses only.

    `folder` keeps their world between two starts. The port after `port` speaks https, because
    Microsoft's library insists; browsers stay on `port`, for they do not know its certificate.
    """

    folder: Path
    port: int
    product_url: str

    @property
    def tls_port(self) -> int:
        return self.port + 1

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def ca_file(self) -> Path:
        return self.folder / "ca.pem"

    def command(self) -> list[str]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return [
            *(sys.executable, "-m", "calendar_sandbox"),
            *("--port", str(self.port)),
            *("--tls-port", str(self.tls_port)),
            *("--ca-file", str(self.ca_file)),
            *("--state", str(self.folder / "world.pickle")),
            *("--application", self.product_url),
        ]

    def environ(self) -> dict[str, str]:
        """The product's settings that name providers."""
        secure = f"https://{HOST}:{self.tls_port}"
        return {
            "CALENDAR_SYNC_GOOGLE_URL": f"{self.url}/google",
            "CALENDAR_SYNC_MICROSOFT_LOGIN_URL": f"{secure}/microsoft",
            "CALENDAR_SYNC_GRAPH_URL": f"{secure}/graph",
            "CALENDAR_SYNC_CA_FILE": str(self.ca_file),
            # Real providers call https only; these have our address without it.
            "CALENDAR_SYNC_PLAIN_WEB_HOOKS": "1",
            # Google's library insists on https, too, but can be told that this is a rehearsal.
            "OAUTHLIB_INSECURE_TRANSPORT": "1",
        }
