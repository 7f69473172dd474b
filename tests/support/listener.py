"""The product's side of web hooks, in process: notes what comes, answers as told."""

from collections.abc import Callable

from calendar_sandbox.core.deliveries import Outgoing, Reply
from calendar_sandbox.core.world import World


class Listener:
    """`answers` are used up first, an exception among them is raised; then comes 200."""

    def __init__(self, world: World) -> None:
        self.heard: list[Outgoing] = []
        self.answers: list[Reply | OSError] = []
        self.reply: Callable[[Outgoing], Reply] = lambda _: Reply(200)
        self._world = world
        world.sender = self

    def __call__(self, outgoing: Outgoing) -> Reply:
        self.heard.append(outgoing)
        if not self.answers:
            return self.reply(outgoing)
        answer = self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        return answer

    def next(self) -> list[Outgoing]:
        """Lets the world deliver, and tells what came of it and since the last time."""
        self._world.deliver()
        heard, self.heard = self.heard, []
        return heard
