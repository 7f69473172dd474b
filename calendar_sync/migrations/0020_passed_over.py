import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0019_index_of_dates")]

    operations = [
        migrations.CreateModel(
            name="PassedOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.UUIDField()),
                ("reason", models.CharField(max_length=16)),
                (
                    "pairing",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="passed_over",
                        to="calendar_sync.pairing",
                    ),
                ),
            ],
            options={"verbose_name": "event passed over"},
        ),
        migrations.AddConstraint(
            model_name="passedover",
            constraint=models.UniqueConstraint(
                fields=("pairing", "digest"), name="passed_over_unique"
            ),
        ),
        migrations.AddField(
            model_name="preview",
            name="left_out",
            field=models.JSONField(default=list),
        ),
    ]
