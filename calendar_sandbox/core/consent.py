"""What a person says on the sign-in page, decided beforehand: sign-in without a browser."""

from dataclasses import dataclass

from .people import ProviderName


@dataclass(frozen=True)
class Consent:
    person: str
    """Key of the person who signs in, whatever the page suggests."""
    allow: bool = True
    without: tuple[str, ...] = ()
    """Scopes whose box is not ticked."""


class Consents:
    """Answers waiting for the next visits of a sign-in page; without one the page is shown."""

    def __init__(self) -> None:
        self._waiting: dict[ProviderName, list[Consent]] = {"google": [], "outlook": []}

    def script(self, provider: ProviderName, consent: Consent) -> None:
        self._waiting[provider].append(consent)

    def take(self, provider: ProviderName) -> Consent | None:
        waiting = self._waiting[provider]
        return waiting.pop(0) if waiting else None
