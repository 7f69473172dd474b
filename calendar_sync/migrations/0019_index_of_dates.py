from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("calendar_sync", "0018_importance_read")]

    operations = [
        migrations.AddIndex(
            model_name="link",
            index=models.Index(
                fields=["entry"], condition=Q(closed_at=None) & ~Q(date=""), name="link_of_date"
            ),
        ),
    ]
