from django.db import models

from calendar_sync.server.models.group import Group

OPERATIONS = ("read", "write", "create", "unlink")


class ModelAccess(models.Model):
    """`ir.model.access`: what a group may do with the records of a model; no row, no access."""

    name = models.CharField(max_length=100)
    model = models.CharField(max_length=100)  # technical name, as in "res.users"
    # Without a group: everybody who is logged in.
    group = models.ForeignKey(Group, models.CASCADE, null=True, blank=True)
    perm_read = models.BooleanField(default=False)
    perm_write = models.BooleanField(default=False)
    perm_create = models.BooleanField(default=False)
    perm_unlink = models.BooleanField(default=False)

    class Meta:
        verbose_name = "access right"

    def __str__(self) -> str:
        return self.name
