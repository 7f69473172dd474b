"""Why an action was refused, in the user's words: controllers show `text` as it is."""

from collections.abc import Mapping


class ActionRefused(Exception):
    """Root. `code` is stable; `field` names the form field the text belongs to, if any."""

    def __init__(self, code: str, text: str, field: str = "") -> None:
        self.code = code
        self.text = text
        self.field = field
        super().__init__(code)


class Invalid(ActionRefused):
    """What was typed can't be saved; `errors` says why, by field. Nothing typed is lost."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        field, text = next(iter(self.errors.items()))
        super().__init__("invalid", text, field)


class EditedMeanwhile(ActionRefused):
    """Somebody saved this event after the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            "edited_meanwhile",
            "This event was changed while you were editing. Your text is kept: "
            "check what is new and save again.",
        )


class NotVisible(ActionRefused):
    """The object does not exist, or not for this person; nobody learns which."""

    def __init__(self) -> None:
        super().__init__("not_found", "Not found, or not yours.")
