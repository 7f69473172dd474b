from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0011_grants")]

    operations = [
        migrations.AddField(
            model_name="calendar",
            name="shows_declined",
            field=models.BooleanField(default=False),
        ),
    ]
