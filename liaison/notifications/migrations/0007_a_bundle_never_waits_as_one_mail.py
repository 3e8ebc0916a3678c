"""A bundle that waits is always gathering, never pending.

Safe while the old code runs, and for its sake: an old worker that found a bundle pending would send its first delivery
alone and call all of them sent. It cannot put one there either; the new worker's sweep does it right a moment later.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notifications", "0006_what_endpoints_are"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("state", "pending"), _negated=True), ("bundle", ""), _connector="OR"),
                name="a_bundle_never_waits_as_one_mail",
            ),
        ),
    ]
