from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0010_missing_rooms")]

    operations = [
        migrations.AddField(
            model_name="providercredential",
            name="grant_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="providercredential",
            name="state_detail",
            field=models.CharField(blank=True, max_length=200),
        ),
    ]
