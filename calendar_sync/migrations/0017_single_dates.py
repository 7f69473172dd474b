import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0016_moves_to_calendars")]

    operations = [
        migrations.AddField(
            model_name="entry",
            name="scope",
            field=django.contrib.postgres.fields.ArrayField(
                models.CharField(max_length=20), blank=True, default=list
            ),
        ),
        migrations.AddField(
            model_name="occurrence",
            name="date",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="link",
            name="date",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="link", name="link_main_unique"),
        migrations.RemoveConstraint(model_name="link", name="link_mirror_unique"),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=["pairing", "entry", "date"],
                condition=Q(closed_at=None, kind="main"),
                name="link_main_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="link",
            constraint=models.UniqueConstraint(
                fields=["pairing", "entry", "date"],
                condition=Q(closed_at=None, kind="mirror"),
                name="link_mirror_unique",
            ),
        ),
    ]
