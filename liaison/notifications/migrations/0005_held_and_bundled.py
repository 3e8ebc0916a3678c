"""Messages that wait and go out together (issue 4).

Safe while the old code runs: new columns have defaults in the database, constraints only grow wider, and a bundle waits in a
state that an old worker does not take.
"""

import liaison.notifications.models.messages
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0004_who_took_an_escalation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('key', models.CharField(max_length=400, primary_key=True, serialize=False)),
                ('last_due_at', models.DateTimeField()),
                ('full_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='a_message_is_in_a_known_state',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_due_by_lane',
        ),
        migrations.AddField(
            model_name='delivery',
            name='held',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='message',
            name='bundle',
            field=models.CharField(blank=True, db_default='', default='', max_length=400),
        ),
        migrations.AlterField(
            model_name='escalation',
            name='acknowledged_via',
            field=models.CharField(blank=True, choices=[('link', 'link'), ('portal', 'portal'), ('api', 'api'), ('reply', 'reply')], max_length=16),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('gathering', 'gathering'), ('pending', 'pending'), ('sending', 'sending'), ('handed_over', 'handed_over'), ('accepted', 'accepted'), ('refused', 'refused'), ('unknown', 'unknown'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('bounced', 'bounced')], default=liaison.notifications.models.messages.MessageState['PENDING'], max_length=16),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['gathering', 'pending', 'unknown'])), fields=['channel', 'lane', 'priority', 'due_at', 'id'], name='message_due_by_lane'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'gathering')), fields=('bundle',), name='what_is_held_together_waits_in_one_message'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'gathering'), _negated=True), models.Q(('bundle', ''), _negated=True), _connector='OR'), name='only_a_bundle_gathers'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['gathering', 'pending', 'sending', 'handed_over', 'accepted', 'refused', 'unknown', 'failed', 'cancelled', 'bounced'])), name='a_message_is_in_a_known_state'),
        ),
        migrations.AddIndex(
            model_name='stream',
            index=models.Index(fields=['full_at'], name='stream_by_rest'),
        ),
    ]
