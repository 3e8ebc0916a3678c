"""Whether people who are named can be reached (C7). Safe while the old code runs: columns are empty or have a default"""

import django.contrib.postgres.fields
import django.db.models.deletion
import liaison.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contacts", "0003_what_waits_for_support_hours"),
        ("integrations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ContactRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "public_id",
                    models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True),
                ),
                ("address", models.EmailField(max_length=254)),
                ("mailbox", models.CharField(max_length=254)),
                ("name", models.CharField(blank=True, max_length=150)),
                ("language", models.CharField(max_length=10)),
                ("time_zone", models.CharField(max_length=64)),
                ("is_by_hand", models.BooleanField(default=False)),
                ("sent_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RefusalLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("looked_until", models.DateTimeField()),
                (
                    "seen",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="contactentry",
            name="declined_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="unreachable_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="unreachable_because",
            field=models.CharField(blank=True, db_default="", default="", max_length=32),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="unreachable_code",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="unreachable_detail",
            field=models.CharField(blank=True, db_default="", default="", max_length=1000),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="verified_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="contactentry",
            name="verified_because",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="contactentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verification", "verified"), _negated=True),
                    ("verified_at__isnull", False),
                    _connector="OR",
                ),
                name="a_verified_contact_says_since_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verification", "declined"), _negated=True),
                    ("declined_at__isnull", False),
                    _connector="OR",
                ),
                name="a_contact_that_declined_says_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verification", "unreachable"), _negated=True),
                    models.Q(("unreachable_at__isnull", False), models.Q(("unreachable_because", ""), _negated=True)),
                    _connector="OR",
                ),
                name="an_unreachable_contact_says_why",
            ),
        ),
        migrations.AddField(
            model_name="contactrequest",
            name="asked_by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contactrequest",
            name="identity",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="contactrequest",
            name="record",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="requests", to="contacts.contactrecord"
            ),
        ),
        migrations.AddIndex(
            model_name="contactrequest",
            index=models.Index(fields=["mailbox"], name="contact_request_by_mailbox"),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("record", "mailbox"),
                name="a_mailbox_has_one_open_request_in_a_record",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("tries__lte", 5)), name="a_code_is_tried_five_times_at_most"
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("sent_at"))), name="a_request_expires_after_it_is_sent"
            ),
        ),
    ]
