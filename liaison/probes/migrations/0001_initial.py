

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
            name='HealthCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('url', models.CharField(max_length=500)),
                ('interval_seconds', models.PositiveIntegerField(default=60)),
                ('timeout_seconds', models.PositiveSmallIntegerField(default=10)),
                ('is_on', models.BooleanField(default=True)),
                ('next_at', models.DateTimeField()),
                ('claimed_until', models.DateTimeField(null=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('last_outcome', models.CharField(blank=True, choices=[('healthy', 'healthy'), ('wrong_answer', 'wrong_answer'), ('unanswered', 'unanswered'), ('refused', 'refused')], max_length=16)),
                ('last_healthy_at', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('failed_in_a_row', models.PositiveIntegerField(default=0)),
                ('unanswered_in_a_row', models.PositiveIntegerField(default=0)),
                ('healthy_in_a_row', models.PositiveIntegerField(default=0)),
                ('created_at', models.DateTimeField()),
                ('environment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='health_check', to='integrations.environment')),
            ],
        ),
        migrations.CreateModel(
            name='CheckResult',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('outcome', models.CharField(choices=[('healthy', 'healthy'), ('wrong_answer', 'wrong_answer'), ('unanswered', 'unanswered'), ('refused', 'refused')], max_length=16)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('duration_ms', models.PositiveIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=64)),
                ('check_made', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='results', to='probes.healthcheck')),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('expected_every', models.PositiveIntegerField(default=300)),
                ('is_watched', models.BooleanField(default=True)),
                ('last_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='heartbeats', to='integrations.environment')),
            ],
        ),
        migrations.AddIndex(
            model_name='healthcheck',
            index=models.Index(condition=models.Q(('is_on', True)), fields=['next_at'], name='check_by_turn'),
        ),
        migrations.AddConstraint(
            model_name='healthcheck',
            constraint=models.CheckConstraint(condition=models.Q(('interval_seconds__gte', 10), ('timeout_seconds__gte', 1)), name='a_check_has_a_bearable_pace'),
        ),
        migrations.AddIndex(
            model_name='checkresult',
            index=models.Index(fields=['check_made', '-at'], name='result_by_check'),
        ),
        migrations.AddConstraint(
            model_name='heartbeat',
            constraint=models.UniqueConstraint(fields=('environment', 'name'), name='a_heartbeat_has_its_name_once'),
        ),
        migrations.AddConstraint(
            model_name='heartbeat',
            constraint=models.CheckConstraint(condition=models.Q(('expected_every__gte', 10)), name='a_heartbeat_comes_at_intervals'),
        ),
    ]
