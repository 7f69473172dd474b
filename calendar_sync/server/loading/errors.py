from pathlib import Path


class AddonError(Exception):
    """An addon that can't be loaded: one line for the operator, with the place to mend.

    Lines count from 1; 0 stands for the file as a whole.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}" if line else f"{path}: {reason}")
