from django.db import models


class InstalledAddon(models.Model):
    """`ir.module.module`: what the manifest said when the addon was last loaded."""

    name = models.CharField(max_length=64, unique=True)  # technical
    title = models.CharField(max_length=200)
    version = models.CharField(max_length=32)
    summary = models.CharField(max_length=500, blank=True)
    author = models.CharField(max_length=200, blank=True)
    license = models.CharField(max_length=50, blank=True)
    category = models.CharField(max_length=100, blank=True)
    application = models.BooleanField(default=False)
    depends = models.JSONField(default=list)
    packages = models.JSONField(default=list)
    files = models.JSONField(default=list)
    sequence = models.PositiveSmallIntegerField()  # order of loading
    loaded_at = models.DateTimeField()

    class Meta:
        verbose_name = "addon"
        ordering = ["sequence"]

    def __str__(self) -> str:
        return self.title
