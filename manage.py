#!/usr/bin/env python3
"""Django's own commands; `calendar-sync` is the same with a database that runs."""

from calendar_sync.server.cli import main

if __name__ == "__main__":
    main()
