from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0020_passed_over")]

    operations = [
        migrations.AddField(
            model_name="change",
            name="title",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
