from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0013_calendars_of_groups")]

    operations = [
        migrations.AddField(
            model_name="link",
            name="changed_by_guest",
            field=models.BooleanField(default=False),
        ),
    ]
