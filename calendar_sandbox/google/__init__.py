"""Google Calendar v3 and Google sign-in, as the contract describes them."""

from .errors import ApiError
from .knobs import KNOBS
from .state import GoogleState

__all__ = ["KNOBS", "ApiError", "GoogleState"]
