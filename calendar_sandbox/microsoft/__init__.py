"""Stand-in for the Microsoft identity platform and the calendar of Microsoft Graph v1.0."""

from .errors import GraphError
from .knobs import KNOBS
from .state import MicrosoftState

__all__ = ["KNOBS", "GraphError", "MicrosoftState"]
