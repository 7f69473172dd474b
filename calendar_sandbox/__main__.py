"""`python -m calendar_sandbox`: the world on ports, until it is told to stop."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from calendar_sandbox.demo import demo
from calendar_sandbox.sandbox import Sandbox
from calendar_sandbox.server import Ports
from calendar_sandbox.snapshot import load, save

SAVE_EVERY = 5.0


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m calendar_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8070, help="http, for browsers and clients")
    parser.add_argument("--tls-port", type=int, help="https; without it msal cannot sign in")
    parser.add_argument("--ca-file", type=Path, help="receives the certificate to trust, as PEM")
    parser.add_argument("--state", type=Path, help="file the world is kept in between starts")
    parser.add_argument("--empty", action="store_true", help="begin without the demo people")
    return parser.parse_args()


def main() -> int:
    chosen = options()
    kept = load(chosen.state) if chosen.state else None
    sandbox = kept or Sandbox(None if chosen.empty else demo)
    ports = Ports(sandbox, port=chosen.port, tls_port=chosen.tls_port, ca_file=chosen.ca_file)
    told_to_stop = Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: told_to_stop.set())
    ports.start()
    sys.stdout.write(f"Sandbox: {ports.url} {ports.tls_url}\n")
    sys.stdout.flush()
    while not told_to_stop.wait(SAVE_EVERY):
        if chosen.state:
            save(sandbox, chosen.state)
    ports.stop()
    if chosen.state:
        save(sandbox, chosen.state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
