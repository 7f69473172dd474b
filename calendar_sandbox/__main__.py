"""`python -m calendar_sandbox`: the world on ports, until it is told to stop."""

import argparse
import signal
import sys
from pathlib import Path
from threading import Event

from calendar_sandbox.demo_world import APPLICATION, DemoWorld
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
    parser.add_argument(
        "--application", default=APPLICATION, help="address of the product that may sign people in"
    )
    return parser.parse_args()


def main() -> int:
    chosen = options()
    kept = load(chosen.state) if chosen.state else None
    demo = DemoWorld(chosen.application)
    sandbox = kept or Sandbox(None if chosen.empty else demo)
    if kept and kept.seed:
        demo.take_over(kept)
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
