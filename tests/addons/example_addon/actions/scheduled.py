from datetime import datetime

from django.apps import apps


def greet(now: datetime) -> str:
    greeting = apps.get_model("base", "ConfigParameter").objects.text("example_addon.greeting")
    return f"{greeting}, it is {now:%H:%M}"


SCHEDULED_ACTIONS = {"example_addon.greeting.greet": greet}
