import django.db.models.deletion
import django.utils.timezone
import reset.models
import reset.outcomes
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What a database of before has in its stead. One that lacks some of these is brought up to date first, by the version that it was made with.
    replaces = [
        ("reset", "0001_initial"),
        ("reset", "0002_names_for_people"),
        ("reset", "0003_sights_of_an_attempt"),
        ("reset", "0004_chosen_offer"),
        ("reset", "0005_strain_and_counted_answers"),
        ("reset", "0006_standing_of_an_attempt"),
        ("reset", "0007_words_for_columns"),
        ("reset", "0008_password_as_of"),
    ]

    dependencies = [
        ('accounts', '0001_tables'),
        ('registration', '0001_tables'),
        ('writeback', '0001_tables'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Likeness',
            fields=[
                ('directory', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='accounts.directory')),
                ('shape', models.JSONField(default=dict)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='Strain',
            fields=[
                ('directory', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='strain', serialize=False, to='accounts.directory')),
                ('began_at', models.DateTimeField(null=True)),
                ('until', models.DateTimeField(null=True)),
                ('wrong', models.PositiveIntegerField(default=0)),
                ('bound', models.PositiveIntegerField(default=0)),
                ('restored_at', models.DateTimeField(null=True)),
                ('helpdesk_only_at', models.DateTimeField(null=True)),
                ('by_hand', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name': 'guessing',
                'verbose_name_plural': 'guessing',
            },
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('name_key', models.BinaryField(max_length=32)),
                ('standing', models.CharField(default=reset.outcomes.Standing['READY'], max_length=40)),
                ('gates', models.PositiveSmallIntegerField(verbose_name='checks')),
                ('needs_strong', models.BooleanField(default=False)),
                ('offers', models.JSONField(default=reset.models.no_offers)),
                ('may_unlock', models.BooleanField(default=False)),
                ('goal', models.CharField(blank=True, choices=[('reset', 'new password'), ('unlock', 'unlock')], max_length=6, verbose_name='goal')),
                ('from_known_browser', models.BooleanField(default=False)),
                ('shown', models.JSONField(default=reset.models.nothing_shown)),
                ('language', models.CharField(default='en', max_length=12)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun')),
                ('expires_at', models.DateTimeField()),
                ('password_as_of', models.DateTimeField(null=True)),
                ('chosen', models.PositiveSmallIntegerField(null=True)),
                ('ends_sessions', models.BooleanField(default=True)),
                ('was_locked', models.BooleanField(null=True)),
                ('closed_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('ending', models.CharField(blank=True, choices=[('succeeded', 'succeeded'), ('stopped', 'stopped'), ('expired', 'ran out of time'), ('failed', 'failed'), ('denied', 'denied'), ('overtaken', 'overtaken')], max_length=10, verbose_name='ending')),
                ('challenge', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='registration.challenge')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('policy', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.policy')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('write', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='writeback.write')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('closed_at', None)), fields=['expires_at'], name='attempt_open')],
                'verbose_name': 'attempt to get back in',
                'verbose_name_plural': 'attempts to get back in',
            },
        ),
        migrations.CreateModel(
            name='Proof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=30)),
                ('passed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('attempt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proofs', to='reset.attempt')),
                ('challenge', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='proof', to='registration.challenge')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('attempt', 'method'), name='one_gate_per_method')],
            },
        ),
        migrations.CreateModel(
            name='AnswerCount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('began_at', models.DateTimeField(db_index=True)),
                ('shard', models.PositiveSmallIntegerField()),
                ('wrong', models.PositiveIntegerField(default=0)),
                ('passed', models.PositiveIntegerField(default=0)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directory', 'began_at', 'shard'), name='one_row_per_shard')],
            },
        ),
    ]
