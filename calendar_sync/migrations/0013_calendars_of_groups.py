from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0012_declined_shown")]

    operations = [
        migrations.AddField(
            model_name="listedcalendar",
            name="is_group",
            field=models.BooleanField(default=False, verbose_name="of a group"),
        ),
    ]
