from django.db import models


class ExternalIdQuerySet(models.QuerySet["ExternalId"]):
    def record_ids(self, external_id: str) -> models.QuerySet["ExternalId", int]:
        """Key of the record with this full name (`base.group_user`), as a query of 0 or 1 rows."""
        module, _, name = external_id.partition(".")
        return self.filter(module=module, name=name).values_list("record_id", flat=True)


class ExternalId(models.Model):
    """`ir.model.data`: the name of a record that came from a data file, and what it was made of.

    A name with a dot in it (`base.group_user` in another module) stands for changes that this
    module's files make to a record of another one.
    """

    module = models.CharField(max_length=64)
    name = models.CharField(max_length=128)
    model = models.CharField(max_length=100)  # technical name
    record_id = models.PositiveBigIntegerField()
    checksum = models.CharField(max_length=64)
    noupdate = models.BooleanField(default=False)

    objects = ExternalIdQuerySet.as_manager()

    class Meta:
        verbose_name = "external id"
        constraints = [
            models.UniqueConstraint(fields=["module", "name"], name="external_id_unique")
        ]
        indexes = [models.Index(fields=["model", "record_id"], name="external_id_record")]

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    @property
    def changes_another(self) -> bool:
        return "." in self.name
