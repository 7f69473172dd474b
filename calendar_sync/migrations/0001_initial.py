import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(max_length=320, unique=True)),
                ('proven', models.BooleanField(default=False)),
                ('source', models.CharField(choices=[('mailbox', 'Connected mailbox'), ('alias', 'Alias of a connected mailbox'), ('administrator', 'Confirmed by an administrator')], default='mailbox', max_length=13)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
            },
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('colour', models.PositiveSmallIntegerField(default=0, verbose_name='colour index')),
                ('is_default', models.BooleanField(default=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendars', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'calendar',
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('components', models.JSONField(default=dict)),
                ('organizer_address', models.TextField(blank=True)),
                ('organizer_name', models.TextField(blank=True)),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('revision', models.PositiveIntegerField(default=0)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('all_day', models.BooleanField(default=False)),
                ('is_series', models.BooleanField(default=False)),
                ('updated_at', models.DateTimeField()),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('organizer_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='organized_events', to=settings.AUTH_USER_MODEL)),
                ('predecessor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='successors', to='calendar_sync.event')),
            ],
            options={
                'verbose_name': 'event',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('availability', models.CharField(default='busy', max_length=20)),
                ('classification', models.CharField(default='default', max_length=16)),
                ('personal', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField(blank=True, null=True)),
                ('deleted_at', models.DateTimeField(blank=True, null=True)),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='calendar_sync.calendar')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='calendar_sync.event')),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
            },
        ),
        migrations.CreateModel(
            name='Attendee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recurrence_id', models.CharField(blank=True, max_length=80)),
                ('address', models.TextField()),
                ('name', models.TextField(blank=True)),
                ('role', models.CharField(default='req-participant', max_length=16)),
                ('user_type', models.CharField(default='individual', max_length=16)),
                ('partstat', models.CharField(default='needs-action', max_length=16)),
                ('comment', models.TextField(blank=True)),
                ('additional_guests', models.PositiveIntegerField(default=0)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to=settings.AUTH_USER_MODEL)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attendees', to='calendar_sync.event')),
            ],
            options={
                'verbose_name': 'attendee',
                'ordering': ['address'],
            },
        ),
        migrations.CreateModel(
            name='EventUid',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.TextField()),
                ('realm', models.CharField(blank=True, max_length=32)),
                ('provider', models.CharField(blank=True, max_length=16)),
                ('retired', models.BooleanField(default=False)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='uids', to='calendar_sync.event')),
            ],
            options={
                'verbose_name': 'UID',
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('main', 'Main'), ('extra', 'Extra'), ('retired', 'Retired')], default='main', max_length=7)),
                ('uid', models.TextField()),
                ('href', models.TextField(blank=True)),
                ('etag', models.TextField(blank=True)),
                ('state', models.CharField(default='settled', max_length=10)),
                ('base', models.JSONField(default=dict)),
                ('observed', models.JSONField(blank=True, null=True)),
                ('modified', models.DateTimeField(blank=True, null=True)),
                ('organizes', models.BooleanField(default=True)),
                ('read_only', models.CharField(blank=True, max_length=64)),
                ('guests', models.CharField(default='shared', max_length=8)),
                ('incarnation', models.PositiveSmallIntegerField(default=0)),
                ('refusal', models.JSONField(blank=True, null=True)),
                ('hold', models.JSONField(blank=True, null=True)),
                ('attempt', models.JSONField(blank=True, null=True)),
                ('consent', models.JSONField(blank=True, null=True)),
                ('asked', models.JSONField(default=list)),
                ('decided', models.JSONField(blank=True, null=True)),
                ('undo', models.JSONField(blank=True, null=True)),
                ('guard', models.CharField(blank=True, max_length=16)),
                ('repeats', models.PositiveSmallIntegerField(default=0)),
                ('listed', models.PositiveBigIntegerField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.RESTRICT, related_name='links', to='calendar_sync.entry')),
            ],
            options={
                'verbose_name': 'link',
            },
        ),
        migrations.CreateModel(
            name='DirtyMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('link', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='calendar_sync.link')),
            ],
            options={
                'verbose_name': 'dirty mark',
            },
        ),
        migrations.CreateModel(
            name='Occurrence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recurrence_id', models.CharField(blank=True, max_length=80)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField()),
                ('all_day', models.BooleanField(default=False)),
                ('floating', models.BooleanField(default=False)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='occurrences', to='calendar_sync.event')),
            ],
            options={
                'verbose_name': 'occurrence',
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('active', 'Active'), ('unavailable', 'Calendar gone')], default='active', max_length=11)),
                ('state_code', models.CharField(blank=True, max_length=64)),
                ('policy', models.JSONField(default=dict)),
                ('token', models.TextField(blank=True)),
                ('token_saved_at', models.DateTimeField(blank=True, null=True)),
                ('listing', models.PositiveBigIntegerField(blank=True, null=True)),
                ('default_target', models.BooleanField(default=False)),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to='calendar_sync.calendar')),
            ],
            options={
                'verbose_name': 'pairing',
            },
        ),
        migrations.AddField(
            model_name='link',
            name='pairing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='calendar_sync.pairing'),
        ),
        migrations.AddField(
            model_name='event',
            name='home',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='calendar_sync.pairing'),
        ),
        migrations.CreateModel(
            name='PersonalToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField()),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'personal access token',
            },
        ),
        migrations.CreateModel(
            name='ProviderCredential',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('subject', models.CharField(max_length=255, verbose_name='account id')),
                ('address', models.CharField(max_length=320)),
                ('encrypted_refresh_token', models.TextField(blank=True)),
                ('encrypted_access_token', models.TextField(blank=True)),
                ('access_expires_at', models.DateTimeField(blank=True, null=True)),
                ('scopes', models.JSONField(default=list)),
                ('state', models.CharField(choices=[('connecting', 'Connecting'), ('active', 'Active'), ('stopped', 'Stopped'), ('reconnect', 'Reconnect needed'), ('problem', 'Problem')], default='connecting', max_length=10)),
                ('state_code', models.CharField(blank=True, max_length=64)),
                ('state_since', models.DateTimeField()),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('lease_fence', models.PositiveBigIntegerField(default=0)),
                ('lease_since', models.DateTimeField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_by', models.CharField(blank=True, max_length=100)),
                ('due_at', models.DateTimeField()),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_synced_at', models.DateTimeField(blank=True, null=True)),
                ('reset', models.JSONField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('paused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='credentials', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'connection',
            },
        ),
        migrations.AddField(
            model_name='pairing',
            name='credential',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pairings', to='calendar_sync.providercredential'),
        ),
        migrations.CreateModel(
            name='RemoteCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(max_length=16)),
                ('canonical_id', models.TextField()),
                ('name', models.TextField(blank=True)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('namespace', models.UUIDField(default=uuid.uuid4, editable=False)),
            ],
            options={
                'verbose_name': 'remote calendar',
                'constraints': [models.UniqueConstraint(fields=('provider', 'canonical_id'), name='remote_calendar_unique')],
            },
        ),
        migrations.AddField(
            model_name='pairing',
            name='remote_calendar',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pairings', to='calendar_sync.remotecalendar'),
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fence', models.PositiveBigIntegerField()),
                ('trigger', models.CharField(max_length=20)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('received', models.PositiveIntegerField(default=0)),
                ('sent', models.PositiveIntegerField(default=0)),
                ('mailed', models.PositiveIntegerField(default=0)),
                ('held', models.PositiveIntegerField(default=0)),
                ('refused', models.PositiveIntegerField(default=0)),
                ('conflicts', models.PositiveIntegerField(default=0)),
                ('remaining', models.PositiveIntegerField(default=0)),
                ('error_code', models.CharField(blank=True, max_length=64)),
                ('error_detail', models.TextField(blank=True)),
                ('credential', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='calendar_sync.providercredential')),
                ('pairing', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='calendar_sync.pairing')),
            ],
            options={
                'verbose_name': 'run',
            },
        ),
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('side', models.CharField(choices=[('here', 'here'), ('there', 'there')], max_length=5)),
                ('what', models.CharField(max_length=20)),
                ('keys', models.JSONField(default=list)),
                ('before', models.JSONField(default=dict)),
                ('mailed', models.JSONField(default=list)),
                ('code', models.CharField(blank=True, max_length=64)),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='changes', to='calendar_sync.event')),
                ('link', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='changes', to='calendar_sync.link')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='calendar_sync.run')),
            ],
            options={
                'verbose_name': 'change',
            },
        ),
        migrations.AddConstraint(
            model_name='calendar',
            constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('owner',), name='calendar_one_default'),
        ),
        migrations.AddConstraint(
            model_name='entry',
            constraint=models.UniqueConstraint(fields=('calendar', 'event'), name='entry_unique'),
        ),
        migrations.AddConstraint(
            model_name='attendee',
            constraint=models.UniqueConstraint(fields=('event', 'recurrence_id', 'address'), name='attendee_unique'),
        ),
        migrations.AddConstraint(
            model_name='eventuid',
            constraint=models.UniqueConstraint(fields=('uid', 'realm'), name='event_uid_unique'),
        ),
        migrations.AddIndex(
            model_name='occurrence',
            index=models.Index(fields=['starts_at', 'ends_at'], name='occurrence_period'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(condition=models.Q(('closed_at', None), models.Q(('attempt__isnull', False), ('state__in', ('dirty', 'in-doubt')), _connector='OR')), fields=['pairing'], name='link_waiting'),
        ),
        migrations.AddIndex(
            model_name='link',
            index=models.Index(condition=models.Q(('closed_at', None), _negated=True), fields=['closed_at'], name='link_attic'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), models.Q(('href', ''), _negated=True)), fields=('pairing', 'href'), name='link_href_unique'),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('kind', 'main')), fields=('pairing', 'entry'), name='link_main_unique'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['starts_at'], name='event_starts_at'),
        ),
        migrations.AddIndex(
            model_name='providercredential',
            index=models.Index(fields=['state', 'due_at'], name='credential_due'),
        ),
        migrations.AddConstraint(
            model_name='providercredential',
            constraint=models.UniqueConstraint(fields=('provider', 'subject'), name='credential_unique'),
        ),
        migrations.AddConstraint(
            model_name='pairing',
            constraint=models.UniqueConstraint(fields=('calendar', 'remote_calendar'), name='pairing_unique'),
        ),
        migrations.AddConstraint(
            model_name='pairing',
            constraint=models.UniqueConstraint(condition=models.Q(('default_target', True)), fields=('calendar',), name='pairing_one_target'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['credential', '-started_at'], name='run_newest'),
        ),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.UniqueConstraint(fields=('pairing', 'fence'), name='run_unique'),
        ),
    ]
