from django.db import models


class Group(models.Model):
    """`res.groups`. Who holds a group holds all groups it implies."""

    name = models.CharField(max_length=100)
    comment = models.TextField(blank=True)
    implied = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="+")

    class Meta:
        verbose_name = "group"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
