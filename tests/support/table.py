"""What a measurement found, as a table under the name of its test."""

from __future__ import annotations


def show(**columns: str) -> None:
    """One row with its heading. pytest shows it with -s."""
    widths = {name: max(len(name), len(value)) + 2 for name, value in columns.items()}
    head = "".join(name.replace("_", " ").rjust(width) for name, width in widths.items())
    row = "".join(columns[name].rjust(width) for name, width in widths.items())
    print(f"\n{head}\n{row}")  # noqa: T201 -- this is what it is for
