from django.db import models

from calendar_sync.server.models.group import Group


class Action(models.Model):
    """`ir.actions.act_url`: an address a menu leads to."""

    class Target(models.TextChoices):
        SELF = "self", "This window"
        NEW = "new", "New window"

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=500)
    target = models.CharField(max_length=4, choices=Target, default=Target.SELF)

    class Meta:
        verbose_name = "action"

    def __str__(self) -> str:
        return self.name


class Menu(models.Model):
    """`ir.ui.menu`. Without groups it is everybody's; with some, whoever holds one of them."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children"
    )
    action = models.ForeignKey(Action, models.SET_NULL, null=True, blank=True)
    sequence = models.IntegerField(default=10)
    groups = models.ManyToManyField(Group, blank=True)
    web_icon = models.CharField(max_length=100, blank=True)  # name of a Bootstrap icon

    class Meta:
        verbose_name = "menu"
        ordering = ["sequence", "pk"]

    def __str__(self) -> str:
        return self.name
