"""What a real Odoo meets when it imports this folder as an addon."""

from pathlib import Path

# There the engine is `odoo.addons.calendar_sync.engine`; here the root is no package at all.
__path__.append(str(Path(__file__).parent / "calendar_sync"))


def refuse_odoo(_env: object) -> None:
    from odoo.exceptions import UserError  # type: ignore[import-not-found]  # noqa: PLC0415

    raise UserError(
        "Calendar Sync runs on its own server for now and can't be installed in Odoo yet. "
        "Its README says how to start it."
    )
