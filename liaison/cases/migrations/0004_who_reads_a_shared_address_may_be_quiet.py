"""Whoever reads a shared address may want no mail (R5). Safe while the old code runs: the column has a default."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0003_keep_no_pending_search_entries'),
    ]

    operations = [
        migrations.AddField(
            model_name='share',
            name='is_quiet',
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
