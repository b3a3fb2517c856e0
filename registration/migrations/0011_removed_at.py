from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("registration", "0010_passkeys")]

    operations = [
        migrations.AddField(
            model_name="coverage", name="removed_at", field=models.DateTimeField(null=True)
        ),
    ]
