"""Hours in which a user wants no mail but emergencies. Safe while the old code runs: the columns have defaults."""

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='identity',
            name='quiet_days',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), blank=True, db_default=models.Value('{}', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), size=None)), default=list, size=None),
        ),
        migrations.AddField(
            model_name='identity',
            name='quiet_end_minute',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='identity',
            name='quiet_start_minute',
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.CheckConstraint(condition=models.Q(('quiet_days__len', 0), models.Q(('quiet_days__contained_by', [1, 2, 3, 4, 5, 6, 7]), ('quiet_end_minute__gt', models.F('quiet_start_minute')), ('quiet_end_minute__lt', django.db.models.expressions.CombinedExpression(models.F('quiet_start_minute'), '+', models.Value(1440))), ('quiet_start_minute__lt', 1440)), _connector='OR'), name='quiet_hours_are_hours'),
        ),
    ]
