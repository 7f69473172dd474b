"""The clock of the simulated world: every expiry runs by it."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Runs with real time until frozen; jumps are kept as an offset."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._offset = timedelta()
        self._frozen = frozen_at.astimezone(UTC) if frozen_at else None

    @property
    def is_frozen(self) -> bool:
        return self._frozen is not None

    def now(self) -> datetime:
        """Aware, in UTC."""
        return self._frozen or datetime.now(UTC) + self._offset

    def advance(self, delta: timedelta) -> None:
        if self._frozen:
            self._frozen += delta
        else:
            self._offset += delta

    def set(self, at: datetime) -> None:
        """Jumps to an aware moment; a running clock goes on running from there."""
        self.advance(at.astimezone(UTC) - self.now())

    def freeze(self, at: datetime | None = None) -> None:
        self._frozen = (at or self.now()).astimezone(UTC)

    def run(self) -> None:
        """Lets a frozen clock go on from where it stands."""
        if self._frozen:
            self._offset, self._frozen = self._frozen - datetime.now(UTC), None
