"""Switches for what the contracts leave unsure, and limits that tests want near."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Value = str | int | bool


@dataclass(frozen=True)
class Knob:
    name: str
    default: Value
    about: str
    choices: tuple[Value, ...] = ()
    """All legal values; empty: any value of the default's type."""
    section: str = ""
    """Where the contract speaks of it."""

    def accept(self, value: Value) -> Value:
        if type(value) is not type(self.default) or (self.choices and value not in self.choices):
            wanted = self.choices or type(self.default).__name__
            raise ValueError(f"{self.name}: {value!r} is none of {wanted}")
        return value


class Knobs:
    """`knobs[name]` reads, `knobs[name] = value` turns.

    Raises KeyError: no such knob. ValueError: a value the knob does not take.
    """

    def __init__(self, declared: Iterable[Knob] = ()) -> None:
        self.declared: dict[str, Knob] = {}
        self._values: dict[str, Value] = {}
        self.declare(declared)

    def declare(self, knobs: Iterable[Knob]) -> None:
        self.declared.update({knob.name: knob for knob in knobs})

    def __getitem__(self, name: str) -> Value:
        return self._values.get(name, self.declared[name].default)

    def __setitem__(self, name: str, value: Value) -> None:
        self._values[name] = self.declared[name].accept(value)

    def number(self, name: str) -> int:
        return int(self[name])

    def as_dict(self) -> Mapping[str, Value]:
        return {name: self[name] for name in self.declared}
