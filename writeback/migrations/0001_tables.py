import django.db.models.deletion
import django.utils.timezone
import uuid
import writeback.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What a database of before has in its stead. One that lacks some of these is brought up to date first, by the version that it was made with.
    replaces = [
        ("writeback", "0001_initial"),
        ("writeback", "0002_names_for_people"),
        ("writeback", "0003_words_for_columns"),
        ("writeback", "0004_agents_and_outages"),
        ("writeback", "0005_agent_names"),
        ("writeback", "0006_synchronisation"),
        ("writeback", "0007_directory_servers"),
        ("writeback", "0008_agent_vouchers"),
        ("writeback", "0009_must_change"),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('disabled', 'disabled in the directory'), ('gone', 'gone from the directory')], max_length=10)),
                ('restores', models.BooleanField(default=True)),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='absence', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Agent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, validators=[writeback.models._agent_name], verbose_name='name')),
                ('code_hash', models.BinaryField(max_length=32, null=True)),
                ('code_expires_at', models.DateTimeField(editable=False, null=True)),
                ('signer', models.CharField(blank=True, editable=False, max_length=64)),
                ('opening', models.CharField(blank=True, editable=False, max_length=64)),
                ('voucher', models.BinaryField(default=b'', max_length=32)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('applied_at', models.DateTimeField(editable=False, null=True, verbose_name='applied')),
                ('confirmed_at', models.DateTimeField(editable=False, null=True, verbose_name='confirmed')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('sequence', models.BigIntegerField(default=0, editable=False)),
                ('seen_at', models.DateTimeField(editable=False, null=True, verbose_name='last heard')),
                ('clock_ahead', models.BigIntegerField(default=0, editable=False)),
                ('is_well', models.BooleanField(default=False, editable=False)),
                ('version', models.CharField(blank=True, editable=False, max_length=20, verbose_name='version')),
                ('journal_began_at', models.DateTimeField(editable=False, null=True)),
                ('knows_our_keys', models.BooleanField(default=False, editable=False)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'verbose_name': 'agent',
                'verbose_name_plural': 'agents',
                'constraints': [models.UniqueConstraint(fields=('directory', 'name'), name='agent_name_unique_in_directory')],
            },
        ),
        migrations.CreateModel(
            name='Diagnosis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('checked_at', models.DateTimeField(verbose_name='checked')),
                ('condition', models.CharField(choices=[('running', 'Running'), ('outdated', 'Connected, but the agent is outdated'), ('untold', 'Not known: the agent is too old to tell'), ('away', 'Cannot connect just now'), ('misconfigured', 'Not set up properly'), ('our_side', 'Cannot connect, and the fault may be on the portal’s side')], max_length=20, verbose_name='state')),
                ('findings', models.JSONField(default=list)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'verbose_name': 'directory server',
                'verbose_name_plural': 'directory servers',
                'constraints': [models.UniqueConstraint(fields=('directory',), name='one_diagnosis_per_directory')],
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(null=True)),
                ('lost', models.PositiveSmallIntegerField(default=0)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directory',), name='one_outage_per_directory')],
            },
        ),
        migrations.CreateModel(
            name='Quarantine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anchor', models.CharField(max_length=36)),
                ('name', models.CharField(blank=True, max_length=254, verbose_name='name')),
                ('fault', models.CharField(choices=[('no_name', 'has no user ID'), ('unusable', 'has a user ID that cannot be one here'), ('domain', "belongs to a domain that is not this directory's"), ('taken', 'has the user ID of somebody else here'), ('group_taken', 'is a group with the name of another one here')], max_length=20, verbose_name='why')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'verbose_name': 'account not taken over',
                'verbose_name_plural': 'accounts not taken over',
                'constraints': [models.UniqueConstraint(fields=('directory', 'anchor'), name='one_quarantine')],
            },
        ),
        migrations.CreateModel(
            name='SynchronisationRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='started')),
                ('alive_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('finished_at', models.DateTimeField(null=True, verbose_name='finished')),
                ('outcome', models.CharField(choices=[('running', 'under way'), ('done', 'done'), ('asks', 'waits for your consent to the deletions'), ('away', 'the directory could not be reached'), ('refused', 'refused by the directory'), ('cut_off', 'cut off in the middle')], default='running', max_length=10, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('whole', models.BooleanField(default=False, verbose_name='everything read')),
                ('mark', models.CharField(blank=True, max_length=80)),
                ('counts', models.JSONField(default=dict)),
                ('accepted', models.BooleanField(default=False)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'verbose_name': 'synchronisation',
                'verbose_name_plural': 'synchronisations',
                'indexes': [models.Index(fields=['directory', '-started_at'], name='writeback_s_directo_99a317_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'running')), fields=('directory',), name='one_synchronisation_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='Write',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('operation', models.CharField(choices=[('reset', 'new password'), ('change', 'changed password'), ('unlock', 'unlock')], max_length=10, verbose_name='operation')),
                ('evidence', models.CharField(choices=[('proofs', 'checks passed'), ('current_password', 'current password'), ('staff_act', 'act of staff')], max_length=20, verbose_name='evidence')),
                ('evidence_id', models.CharField(max_length=64)),
                ('policy_fingerprint', models.CharField(max_length=64)),
                ('must_change', models.BooleanField(default=False, verbose_name='must change password')),
                ('history_length', models.PositiveSmallIntegerField(default=0)),
                ('job_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('agent', models.CharField(blank=True, max_length=40, verbose_name='agent')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created')),
                ('expires_at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('pending', 'under way'), ('done', 'done'), ('refused', 'refused'), ('unknown', 'not known yet'), ('void', 'never sent')], default='pending', max_length=10, verbose_name='outcome')),
                ('reason', models.CharField(blank=True, max_length=40, verbose_name='reason')),
                ('until', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('settled_at', models.DateTimeField(null=True)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='writes', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'verbose_name': 'password write or unlock',
                'verbose_name_plural': 'password writes and unlocks',
                'indexes': [models.Index(condition=models.Q(('settled_at', None)), fields=['expires_at'], name='write_unsettled')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome__in', ['pending', 'unknown', 'done'])), fields=('evidence', 'evidence_id'), name='one_write_per_evidence')],
            },
        ),
    ]
