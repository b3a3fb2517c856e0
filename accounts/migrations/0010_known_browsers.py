from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0009_api_tokens'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='lockout',
            name='one_lockout_per_place',
        ),
        migrations.RenameField(
            model_name='lockout',
            old_name='familiar',
            new_name='known_browser',
        ),
        migrations.AddConstraint(
            model_name='lockout',
            constraint=models.UniqueConstraint(fields=('key', 'known_browser'), name='one_lockout_per_place'),
        ),
    ]
