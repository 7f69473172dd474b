from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('calendar_sync', '0009_archive'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('components__conference__1', '')), fields=['organizer_user'], name='event_room_missing'),
        ),
    ]
