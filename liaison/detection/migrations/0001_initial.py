

import django.db.models.deletion
import liaison.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('health', '0002_incidents_with_owner_comments_and_marks'),
        ('integrations', '0002_a_pause_has_a_plan'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('environment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='standing', serialize=False, to='integrations.environment')),
                ('level', models.PositiveSmallIntegerField(default=0)),
                ('since', models.DateTimeField()),
                ('calls', models.IntegerField(default=0)),
                ('errors', models.IntegerField(default=0)),
                ('latency_ms', models.FloatField(null=True)),
                ('last_call', models.DateTimeField(null=True)),
                ('judged_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['-level', '-since'], name='standing_worst_first')],
            },
        ),
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=64)),
                ('scope', models.CharField(blank=True, max_length=120)),
                ('state', models.CharField(choices=[('pending', 'pending'), ('firing', 'firing'), ('clearing', 'clearing'), ('over', 'over')], max_length=16)),
                ('since', models.DateTimeField()),
                ('bad_since', models.DateTimeField(null=True)),
                ('fired_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('recent_ends', models.JSONField(default=list)),
                ('is_flapping', models.BooleanField(default=False)),
                ('evidence', models.JSONField(default=dict)),
                ('judged_at', models.DateTimeField()),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='findings', to='integrations.environment')),
                ('incident', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='findings', to='health.incident')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'over'), _negated=True), fields=['environment'], name='finding_that_goes_on')],
                'constraints': [models.UniqueConstraint(fields=('environment', 'rule', 'scope'), name='one_finding_per_rule_and_scope')],
            },
        ),
        migrations.CreateModel(
            name='RuleOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('rule', models.CharField(max_length=64)),
                ('kind', models.CharField(blank=True, max_length=40)),
                ('parameters', models.JSONField(default=dict)),
                ('is_on', models.BooleanField(default=True)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='rule_overrides', to='integrations.integration')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('rule', 'kind', 'integration'), name='one_override_per_place', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('integration__isnull', True), ('kind', ''), _connector='OR'), name='an_override_is_for_one_kind_of_place')],
            },
        ),
    ]
