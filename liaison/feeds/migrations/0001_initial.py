

import django.db.models.deletion
import liaison.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('integrations', '0002_a_pause_has_a_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='Feed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('expected_every', models.PositiveIntegerField(default=1440)),
                ('is_watched', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField()),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to='integrations.environment')),
            ],
        ),
        migrations.CreateModel(
            name='FeedRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('run_id', models.CharField(max_length=100)),
                ('started_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('entities', models.PositiveIntegerField(default=0)),
                ('errors', models.PositiveIntegerField(default=0)),
                ('errors_by_type', models.JSONField(default=dict)),
                ('oldest_entity_at', models.DateTimeField(null=True)),
                ('stale_entities', models.PositiveIntegerField(null=True)),
                ('received_at', models.DateTimeField()),
                ('feed', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='feeds.feed')),
            ],
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.UniqueConstraint(fields=('environment', 'name'), name='a_feed_has_its_name_once'),
        ),
        migrations.AddConstraint(
            model_name='feed',
            constraint=models.CheckConstraint(condition=models.Q(('expected_every__gte', 1)), name='a_feed_is_expected_at_intervals'),
        ),
        migrations.AddIndex(
            model_name='feedrun',
            index=models.Index(fields=['feed', '-started_at'], name='run_by_feed'),
        ),
        migrations.AddConstraint(
            model_name='feedrun',
            constraint=models.UniqueConstraint(fields=('feed', 'run_id'), name='a_run_is_reported_once'),
        ),
        migrations.AddConstraint(
            model_name='feedrun',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='a_run_ends_after_it_began'),
        ),
    ]
