import accounts.countries
import accounts.languages
import accounts.moments
import accounts.people.models.applications
import accounts.people.models.directory
import accounts.people.models.user
import accounts.policy.models
import accounts.policy.validation
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    # What a database of before has in its stead. One that lacks some of these is brought up to date first, by the version that it was made with.
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_audit_seals"),
        ("accounts", "0004_sessions_of_people"),
        ("accounts", "0005_names_for_people"),
        ("accounts", "0006_time_zones_that_exist"),
        ("accounts", "0007_telephone_numbers"),
        ("accounts", "0008_applications"),
        ("accounts", "0009_api_tokens"),
        ("accounts", "0010_known_browsers"),
        ("accounts", "0011_the_whole_decision"),
        ("accounts", "0012_languages_that_exist"),
        ("accounts", "0013_not_me_links"),
        ("accounts", "0014_words_for_columns"),
        ("accounts", "0015_message_texts"),
        ("accounts", "0016_passwords_that_expire"),
        ("accounts", "0017_anchors"),
        ("accounts", "0018_group_anchors"),
        ("accounts", "0019_lockouts_there"),
    ]

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Directory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, unique=True, verbose_name='name')),
                ('alias', models.CharField(blank=True, help_text='The short domain name in sign-in names like CORP\\alice.', max_length=15, verbose_name='alias')),
                ('is_default', models.BooleanField(default=False, help_text="Pages that do not know a person yet wear this directory's branding.", verbose_name='default')),
                ('store_kind', models.CharField(choices=[('cloud', 'Cloud (kept here)'), ('memory', 'Memory (for trials: forgets on restart)'), ('active_directory', 'Active Directory'), ('openldap', 'OpenLDAP')], default='cloud', max_length=20, verbose_name='store')),
                ('language', models.CharField(default='en', max_length=12, validators=[accounts.languages.validate_language], verbose_name='language')),
                ('time_zone', models.CharField(default='UTC', max_length=40, validators=[accounts.moments.validate_zone], verbose_name='time zone')),
                ('default_region', models.CharField(blank=True, help_text='Two letters like GB (ISO 3166). Numbers written without a country code are taken to be of this country.', max_length=2, validators=[accounts.countries.validate_country], verbose_name='country of telephone numbers')),
                ('organization', models.CharField(blank=True, max_length=100, verbose_name='organisation')),
                ('primary_color', models.CharField(default='#0b5563', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}\\Z', 'Write a colour like #0b5563.')], verbose_name='primary colour')),
                ('logo', models.BinaryField(blank=True, default=b'')),
                ('logo_dark', models.BinaryField(blank=True, default=b'')),
                ('helpdesk_phone', models.CharField(blank=True, max_length=40, verbose_name='helpdesk phone')),
                ('helpdesk_hours', models.CharField(blank=True, max_length=100, verbose_name='helpdesk hours')),
                ('administrators_may_reset', models.BooleanField(default=True, help_text='They always pass two checks and never answer questions.', verbose_name='people with a role may reset')),
                ('password_max_age_days', models.PositiveSmallIntegerField(blank=True, help_text='Empty: passwords never expire, which is what NIST SP 800-63B asks for.', null=True, validators=[django.core.validators.MinValueValidator(14), django.core.validators.MaxValueValidator(730)], verbose_name='days until a password expires')),
                ('password_reminder_days', models.CharField(blank=True, default='14, 7, 1', help_text='Up to five numbers of days like 14, 7, 1. Empty: nobody is reminded.', max_length=40, validators=[accounts.people.models.directory.validate_days], verbose_name='days before that on which people are reminded')),
                ('bot_challenge', models.CharField(choices=[('off', 'Never'), ('strained', 'While somebody is guessing'), ('always', 'Always')], default='strained', help_text='The browser works for a moment by itself; nobody has to read a picture.', max_length=8, verbose_name='proof of work before a reset')),
                ('helpdesk_only_when_guessed', models.BooleanField(default=False, help_text='Otherwise resets go on, more slowly, when wrong answers pile up.', verbose_name='leave resets to the helpdesk while somebody is guessing')),
                ('lockout_threshold', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(50)], verbose_name='wrong passwords before a lock')),
                ('lockout_there', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('lockout_there_at', models.DateTimeField(editable=False, null=True)),
                ('lockout_seconds', models.PositiveIntegerField(default=60, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(86400)], verbose_name='seconds of the first lock')),
            ],
            options={
                'verbose_name': 'directory',
                'verbose_name_plural': 'directories',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='one_default_directory'), models.UniqueConstraint(condition=models.Q(('alias', ''), _negated=True), fields=('alias',), name='alias_unique_when_set')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('user_principal_name', models.CharField(max_length=113, verbose_name='user ID')),
                ('upn_key', models.CharField(editable=False, max_length=113, unique=True)),
                ('account_name', models.CharField(blank=True, help_text='As in CORP\\alice.', max_length=64, verbose_name='account name')),
                ('display_name', models.CharField(max_length=120, verbose_name='display name')),
                ('language', models.CharField(blank=True, max_length=12, validators=[accounts.languages.validate_language], verbose_name='language')),
                ('mail', models.EmailField(blank=True, max_length=254, verbose_name='work email')),
                ('alternate_email', models.EmailField(blank=True, max_length=254, verbose_name='alternate email')),
                ('mobile', models.CharField(blank=True, max_length=40, verbose_name='mobile phone')),
                ('office_phone', models.CharField(blank=True, max_length=40, verbose_name='office phone')),
                ('source', models.CharField(choices=[('cloud', 'Cloud'), ('synchronized', 'Synchronised'), ('federated', 'Federated')], default='cloud', max_length=12, verbose_name='source')),
                ('anchor', models.CharField(blank=True, editable=False, max_length=36)),
                ('enabled', models.BooleanField(default=True, verbose_name='enabled')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='must change password')),
                ('password_never_expires', models.BooleanField(default=False, verbose_name='password never expires')),
                ('resets_blocked_at', models.DateTimeField(blank=True, editable=False, help_text='Somebody said that a reset was not theirs; staff lift this.', null=True, verbose_name='resets blocked')),
                ('password_changed_at', models.DateTimeField(blank=True, null=True, verbose_name='password changed')),
                ('expiry_told_at', models.DateTimeField(editable=False, help_text='The moment from which the last reminder that the password expires was due.', null=True)),
                ('sessions_valid_from', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('audit_key', models.BinaryField(default=accounts.people.models.user.new_audit_key)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='users', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'indexes': [models.Index(fields=['directory', 'display_name'], name='accounts_us_directo_2e64ee_idx'), models.Index(condition=models.Q(('enabled', True), ('password_never_expires', False), ('source', 'cloud')), fields=['directory', 'password_changed_at'], name='passwords_that_expire')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('account_name', ''), _negated=True), fields=('directory', 'account_name'), name='account_name_unique_in_directory'), models.UniqueConstraint(condition=models.Q(('anchor', ''), _negated=True), fields=('directory', 'anchor'), name='anchor_unique_in_directory')],
                'verbose_name': 'person',
                'verbose_name_plural': 'people',
            },
        ),
        migrations.CreateModel(
            name='AuditRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(max_length=60)),
                ('outcome', models.CharField(choices=[('succeeded', 'Succeeded'), ('failed', 'Failed'), ('blocked', 'Blocked'), ('noted', 'Noted')], max_length=10)),
                ('attempt', models.UUIDField(null=True)),
                ('method', models.CharField(blank=True, max_length=30)),
                ('language', models.CharField(blank=True, max_length=12)),
                ('device', models.CharField(blank=True, max_length=10)),
                ('network', models.CharField(blank=True, max_length=50)),
                ('body', models.BinaryField()),
                ('personal', models.BinaryField(blank=True, default=b'')),
                ('actor', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('subject', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'indexes': [models.Index(fields=['directory', '-at', '-id'], name='audit_newest'), models.Index(fields=['directory', 'subject', '-at', '-id'], name='audit_by_subject'), models.Index(fields=['directory', 'kind', '-at', '-id'], name='audit_by_kind'), models.Index(fields=['directory', 'outcome', '-at', '-id'], name='audit_by_outcome'), models.Index(fields=['attempt'], name='audit_by_attempt')],
            },
        ),
        migrations.CreateModel(
            name='PeriodicJob',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('due_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveBigIntegerField(unique=True)),
                ('made_at', models.DateTimeField(db_index=True)),
                ('count', models.PositiveIntegerField()),
                ('digest', models.BinaryField()),
                ('mac', models.BinaryField()),
                ('purged_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='UnsealedRecord',
            fields=[
                ('record', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='unsealed', serialize=False, to='accounts.auditrecord')),
            ],
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('key_hash', models.BinaryField(max_length=32, unique=True)),
                ('scopes', models.JSONField(default=list, verbose_name='may')),
                ('role', models.CharField(choices=[('operator', 'Operator'), ('directory_administrator', 'Directory administrator'), ('policy_administrator', 'Policy administrator'), ('user_administrator', 'User administrator'), ('helpdesk', 'Helpdesk'), ('reports_reader', 'Reports reader'), ('auditor', 'Auditor')], editable=False, max_length=30, verbose_name='acts as')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='made')),
                ('expires_at', models.DateTimeField(verbose_name='ends')),
                ('last_used_at', models.DateTimeField(editable=False, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(editable=False, null=True, verbose_name='revoked')),
                ('created_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='made by')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('created_at'))), name='token_ends')],
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
            },
        ),
        migrations.CreateModel(
            name='Domain',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=48, unique=True, verbose_name='name')),
                ('verified_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='verified')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='domains', to='accounts.directory')),
            ],
            options={
                'verbose_name': 'domain',
                'verbose_name_plural': 'domains',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Group',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('anchor', models.CharField(blank=True, editable=False, max_length=36)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directory', 'name'), name='group_name_in_directory'), models.UniqueConstraint(condition=models.Q(('anchor', ''), _negated=True), fields=('directory', 'anchor'), name='group_anchor_unique_in_directory')],
                'verbose_name': 'group',
                'verbose_name_plural': 'groups',
            },
        ),
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('url', models.CharField(help_text='Starts with https://.', max_length=500, validators=[accounts.people.models.applications.validate_address], verbose_name='address')),
                ('description', models.CharField(blank=True, max_length=120, verbose_name='short description')),
                ('initial', models.CharField(blank=True, help_text='One or two, shown beside the name. Empty: the first of the name.', max_length=2, verbose_name='letters')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('groups', models.ManyToManyField(blank=True, help_text='Nobody chosen: everybody in the directory.', related_name='applications', to='accounts.group', verbose_name='groups')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directory', 'name'), name='application_name_in_directory')],
                'verbose_name': 'application',
                'verbose_name_plural': 'applications',
            },
        ),
        migrations.CreateModel(
            name='GroupClosure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ancestor', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='descendant_rows', to='accounts.group')),
                ('descendant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ancestor_rows', to='accounts.group')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ancestor', 'descendant'), name='one_closure_row')],
            },
        ),
        migrations.CreateModel(
            name='GroupNesting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parent_links', to='accounts.group')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='child_links', to='accounts.group')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('parent', 'child'), name='one_nesting'), models.CheckConstraint(condition=models.Q(('parent', models.F('child')), _negated=True), name='not_in_itself')],
            },
        ),
        migrations.CreateModel(
            name='KnownBrowser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.CharField(max_length=64)),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='browsers', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'token_hash'), name='one_known_browser')],
            },
        ),
        migrations.CreateModel(
            name='Lockout',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BinaryField(max_length=32)),
                ('known_browser', models.BooleanField(verbose_name='known browser')),
                ('failures', models.PositiveIntegerField(default=0, verbose_name='wrong passwords')),
                ('locks', models.PositiveSmallIntegerField(default=0, verbose_name='locks')),
                ('locked_until', models.DateTimeField(null=True, verbose_name='locked until')),
                ('recent', models.JSONField(default=list)),
                ('changed_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now, verbose_name='last try')),
            ],
            options={
                'verbose_name': 'locked sign-in',
                'verbose_name_plural': 'locked sign-ins',
                'constraints': [models.UniqueConstraint(fields=('key', 'known_browser'), name='one_lockout_per_place')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.group')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'group'), name='one_membership')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='groups',
            field=models.ManyToManyField(blank=True, related_name='members', through='accounts.Membership', to='accounts.group'),
        ),
        migrations.CreateModel(
            name='MessageText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='message')),
                ('language', models.CharField(max_length=12, verbose_name='language')),
                ('subject', models.CharField(blank=True, max_length=150, verbose_name='subject')),
                ('body', models.TextField(max_length=2000, verbose_name='text')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directory', 'kind', 'language'), name='one_text_per_message_and_language')],
                'verbose_name': 'own text of a message',
                'verbose_name_plural': 'own texts of messages',
            },
        ),
        migrations.CreateModel(
            name='NotMeLink',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('token_key', models.BinaryField(max_length=32, unique=True)),
                ('about', models.CharField(max_length=30)),
                ('challenge', models.UUIDField(null=True, unique=True)),
                ('reference', models.CharField(max_length=20)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('denied_at', models.DateTimeField(null=True)),
                ('denial', models.CharField(blank=True, choices=[('stopped', 'Stopped'), ('over', 'Over'), ('void', 'Void'), ('blocked', 'Blocked')], max_length=10)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user'], name='not_me_link_of_user')],
                'verbose_name': 'link of a message',
                'verbose_name_plural': 'links of messages',
            },
        ),
        migrations.CreateModel(
            name='Parcel',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('payload', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('due_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('leased_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('finished_at', models.DateTimeField(null=True)),
                ('failure', models.CharField(blank=True, max_length=100)),
                ('directory', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.directory')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('finished_at', None)), fields=['due_at'], name='outbox_waiting')],
            },
        ),
        migrations.CreateModel(
            name='PasswordRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=200)),
                ('replaced_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['user', '-replaced_at'], name='accounts_pa_user_id_92c069_idx')],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='order')),
                ('self_service_reset', models.BooleanField(default=False, verbose_name='people may reset their password')),
                ('methods', models.JSONField(default=accounts.policy.models.default_methods, verbose_name='methods')),
                ('methods_required', models.PositiveSmallIntegerField(default=2, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(2)], verbose_name='checks needed for a reset')),
                ('strong_factors_required', models.BooleanField(default=False, help_text='Whoever has a passkey or an authenticator app passes one of them at a reset, too (OWASP ASVS 6.4.3). It makes a lost one a case for the helpdesk.', verbose_name='people who have a strong method must use it')),
                ('talkative', models.BooleanField(default=False, help_text='Tells strangers whose accounts exist. Leave it off.', verbose_name='say at once why somebody cannot reset')),
                ('questions_to_register', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(5)], verbose_name='questions to register')),
                ('questions_to_reset', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(5)], verbose_name='questions to reset')),
                ('predefined_questions', models.JSONField(blank=True, default=list, verbose_name='predefined questions')),
                ('custom_questions', models.JSONField(blank=True, default=list, verbose_name='custom questions')),
                ('questions_alone_accepted', models.BooleanField(default=False, help_text='Answers are often easy to guess or to find. Every standard advises against.', verbose_name='accept security questions as the only check')),
                ('registration_required', models.BooleanField(default=True, verbose_name='registration required at sign-in')),
                ('reconfirm_after_days', models.PositiveSmallIntegerField(default=180, help_text='0: never.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(730)], verbose_name='days until people confirm their data again')),
                ('registration_skips', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)], verbose_name='times registration may be put off')),
                ('registration_skip_days', models.PositiveSmallIntegerField(default=7, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(365)], verbose_name='days registration may be put off')),
                ('factor_rest_hours', models.PositiveSmallIntegerField(default=24, help_text='A thief who adds a method has to wait, and the owner is told meanwhile.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(720)], verbose_name='hours before a new method can be used for a reset')),
                ('unconfirmed_data_accepted', models.BooleanField(default=False, verbose_name='accept contact data nobody has confirmed as a check')),
                ('refuse_voip_numbers', models.BooleanField(default=False, help_text='Some are given away with a mailbox, and stolen with it. The telephone of many an office has one, too.', verbose_name='refuse internet telephone numbers')),
                ('refuse_landlines_for_text', models.BooleanField(default=True, help_text='Most landlines take no text messages, and the code is lost.', verbose_name='refuse landlines where texts are sent')),
                ('answers_allowed', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(10)], verbose_name='wrong answers in an hour before a block')),
                ('messages_allowed', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(20)], verbose_name='codes in ten minutes before a block')),
                ('block_hours', models.PositiveSmallIntegerField(default=24, help_text='It stops one method for strangers; browsers the person uses are apart.', validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(72)], verbose_name='hours of a block')),
                ('notify_users', models.BooleanField(default=True, verbose_name='tell people about resets')),
                ('notify_administrators', models.BooleanField(default=True, verbose_name='tell administrators when one of them resets')),
                ('helpdesk_kind', models.CharField(choices=[('built_in', 'Send a message to the administrators'), ('link', 'Open the address below')], default='built_in', max_length=10, verbose_name='contact your administrator')),
                ('helpdesk_link', models.CharField(blank=True, help_text='https://…, mailto:… or an email address.', max_length=300, validators=[accounts.policy.validation.helpdesk_link], verbose_name='helpdesk address')),
                ('writeback_enabled', models.BooleanField(default=True, verbose_name='write passwords back to the directory')),
                ('unlock_without_reset', models.BooleanField(default=False, verbose_name='allow unlock without reset')),
                ('password_min_length', models.PositiveSmallIntegerField(default=15, help_text='Under 15, a password is only safe beside a second factor (SP 800-63B).', validators=[django.core.validators.MinValueValidator(8), django.core.validators.MaxValueValidator(128)], verbose_name='shortest password')),
                ('banned_words', models.BooleanField(default=True, help_text="The directory's own list, the organisation's name and the person's name.", verbose_name='score passwords against banned words')),
                ('breached_passwords', models.BooleanField(default=True, help_text='Looked up in a file on this server; nothing leaves it.', verbose_name='refuse passwords known from breaches')),
                ('password_min_age_hours', models.PositiveSmallIntegerField(default=0, help_text='0: at once. A reset never waits. For passwords kept here.', validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(720)], verbose_name='hours before a password may be changed again')),
                ('history_length', models.PositiveSmallIntegerField(default=1, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(24)], verbose_name='former passwords remembered')),
                ('history_on_reset', models.BooleanField(default=False, help_text='Each remembered password costs a slow comparison.', verbose_name='refuse former passwords on a reset, too')),
                ('end_sessions', models.BooleanField(default=True, verbose_name='sign people out everywhere after a reset')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('groups', models.ManyToManyField(blank=True, help_text='Nobody chosen: everybody in the directory.', related_name='policies', to='accounts.group', verbose_name='groups')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('directory', 'name'), name='policy_name_in_directory'), models.CheckConstraint(condition=models.Q(('methods_required__in', [1, 2])), name='one_or_two_methods')],
                'verbose_name': 'policy',
                'verbose_name_plural': 'policies',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('operator', 'Operator'), ('directory_administrator', 'Directory administrator'), ('policy_administrator', 'Policy administrator'), ('user_administrator', 'User administrator'), ('helpdesk', 'Helpdesk'), ('reports_reader', 'Reports reader'), ('auditor', 'Auditor')], max_length=30, verbose_name='role')),
                ('granted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='granted')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'role'), name='one_grant_per_role')],
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('session_data', models.TextField()),
                ('expire_date', models.DateTimeField(db_index=True)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('device', models.CharField(blank=True, max_length=10)),
                ('network', models.CharField(blank=True, max_length=50)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('key', models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ('limit', models.CharField(max_length=60, verbose_name='limit')),
                ('count', models.PositiveIntegerField(verbose_name='count')),
                ('resets_at', models.DateTimeField(db_index=True, verbose_name='ends')),
                ('first_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='begun')),
                ('directory', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'verbose_name': 'block',
                'verbose_name_plural': 'blocks',
            },
        ),
        migrations.CreateModel(
            name='SealedRecord',
            fields=[
                ('record', models.OneToOneField(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='sealed', serialize=False, to='accounts.auditrecord')),
                ('digest', models.BinaryField()),
                ('seal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='records', to='accounts.seal')),
            ],
        ),
        migrations.CreateModel(
            name='BannedTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=16, verbose_name='word')),
                ('directory', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.directory', verbose_name='directory')),
            ],
            options={
                'verbose_name': 'banned word',
                'verbose_name_plural': 'banned words',
                'constraints': [models.UniqueConstraint(fields=('directory', 'term'), name='term_in_directory')],
            },
        ),
    ]
