import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RemoveIndex(model_name="auditrecord", name="audit_newest"),
        migrations.RemoveIndex(model_name="auditrecord", name="audit_by_subject"),
        migrations.RemoveIndex(model_name="auditrecord", name="audit_by_kind"),
        migrations.RemoveIndex(model_name="auditrecord", name="audit_by_time"),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["directory", "-at", "-id"], name="audit_newest"),
        ),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(
                fields=["directory", "subject", "-at", "-id"], name="audit_by_subject"
            ),
        ),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(fields=["directory", "kind", "-at", "-id"], name="audit_by_kind"),
        ),
        migrations.AddIndex(
            model_name="auditrecord",
            index=models.Index(
                fields=["directory", "outcome", "-at", "-id"], name="audit_by_outcome"
            ),
        ),
        migrations.AlterField(
            model_name="seal",
            name="made_at",
            field=models.DateTimeField(db_index=True),
        ),
        migrations.AddField(
            model_name="seal",
            name="count",
            field=models.PositiveIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="seal",
            name="mac",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="seal",
            name="purged_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="sealedrecord",
            name="digest",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="UnsealedRecord",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="unsealed",
                        serialize=False,
                        to="accounts.auditrecord",
                    ),
                ),
            ],
        ),
    ]
