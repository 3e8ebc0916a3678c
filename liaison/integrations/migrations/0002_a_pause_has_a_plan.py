

import django.db.models.deletion
import liaison.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='integration',
            name='disabled_by_rule',
            field=models.CharField(blank=True, db_default='', max_length=64),
        ),
        migrations.AddField(
            model_name='integration',
            name='judged_from',
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('state', models.CharField(choices=[('scheduled', 'scheduled'), ('running', 'running'), ('over', 'over'), ('cancelled', 'cancelled')], max_length=16)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(null=True)),
                ('ends_by_itself', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('reminded_before_end_at', models.DateTimeField(null=True)),
                ('reminded_after_end_at', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('over_at', models.DateTimeField(null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('integration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='integrations.integration')),
                ('over_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'scheduled')), fields=['starts_at'], name='pause_by_start'), models.Index(fields=['integration', '-starts_at'], name='pause_by_integration')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('integration',), name='an_integration_has_one_running_pause'), models.CheckConstraint(condition=models.Q(('ends_at__isnull', True), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='a_pause_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(('ends_by_itself', False), ('ends_at__isnull', False), _connector='OR'), name='only_an_end_can_come_by_itself')],
            },
        ),
    ]
