"""Whether what is not urgent waits for the support hours. Safe while the old code runs: the columns have defaults."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contacts', '0002_how_an_escalation_goes_on'),
    ]

    operations = [
        migrations.AddField(
            model_name='contactrecord',
            name='holiday_region',
            field=models.CharField(blank=True, db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='contactrecord',
            name='waits_for_hours',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
