from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0014_changed_by_guest")]

    operations = [
        migrations.AddField(
            model_name="pairing",
            name="mirrors_compared_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["updated_at"], name="event_updated_at"),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(
                condition=models.Q(("updated_at", None), _negated=True),
                fields=["updated_at"],
                name="entry_updated_at",
            ),
        ),
    ]
