"""Hand-over as a state of its own, fair lanes, escalations, endpoints and audits (issue 3).

Safe while the old code runs: new columns have defaults in the database, constraints only grow wider.
"""

import django.db.models.deletion
import liaison.lib.ids
import liaison.notifications.models.escalations
import liaison.notifications.models.messages
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DeliveryAudit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(unique=True)),
                ('passed', models.BooleanField()),
                ('findings', models.JSONField(default=dict)),
                ('beat_at', models.DateTimeField(null=True)),
                ('alarmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Endpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('account_id', models.BigIntegerField()),
                ('owner_key', models.CharField(max_length=280)),
                ('channel', models.CharField(max_length=16)),
                ('name', models.CharField(max_length=100)),
                ('url', models.CharField(max_length=2000)),
                ('secret', models.TextField()),
                ('previous_secret', models.TextField(blank=True)),
                ('previous_secret_until', models.DateTimeField(null=True)),
                ('created_at', models.DateTimeField()),
                ('disabled_at', models.DateTimeField(null=True)),
                ('disabled_because', models.CharField(blank=True, max_length=32)),
                ('failing_since', models.DateTimeField(null=True)),
                ('last_accepted_at', models.DateTimeField(null=True)),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('topic', models.CharField(max_length=32)),
                ('subject_kind', models.CharField(max_length=32)),
                ('subject_id', models.CharField(max_length=64)),
                ('account_id', models.BigIntegerField(null=True)),
                ('interval_seconds', models.PositiveIntegerField()),
                ('rounds', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('running', 'running'), ('acknowledged', 'acknowledged'), ('resolved', 'resolved'), ('exhausted', 'exhausted')], default=liaison.notifications.models.escalations.EscalationState['RUNNING'], max_length=16)),
                ('started_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('acknowledged_via', models.CharField(blank=True, choices=[('link', 'link'), ('portal', 'portal'), ('api', 'api')], max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='EscalationStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('round', models.PositiveSmallIntegerField()),
                ('step', models.PositiveSmallIntegerField()),
                ('taken_at', models.DateTimeField()),
                ('because', models.CharField(max_length=16)),
            ],
        ),
        migrations.CreateModel(
            name='LetterForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64, unique=True)),
                ('data', models.BinaryField()),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='a_message_has_a_known_state',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='only_a_message_being_sent_is_leased',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='a_message_is_open_or_finished',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='what_was_accepted_is_known_by_its_hash',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_due',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='message_leased',
        ),
        migrations.AddField(
            model_name='message',
            name='claimed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='message',
            name='failures',
            field=models.PositiveSmallIntegerField(db_default=0),
        ),
        migrations.AddField(
            model_name='message',
            name='lane',
            field=models.BigIntegerField(db_default=0),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='message',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='notifications.message'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='announcement',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.announcement'),
        ),
        migrations.AlterField(
            model_name='delivery',
            name='public_id',
            field=models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14),
        ),
        migrations.AlterField(
            model_name='message',
            name='message_id',
            field=models.CharField(max_length=200),
        ),
        migrations.AlterField(
            model_name='message',
            name='public_id',
            field=models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14),
        ),
        migrations.AlterField(
            model_name='message',
            name='state',
            field=models.CharField(choices=[('pending', 'pending'), ('sending', 'sending'), ('handed_over', 'handed_over'), ('accepted', 'accepted'), ('refused', 'refused'), ('unknown', 'unknown'), ('failed', 'failed'), ('cancelled', 'cancelled'), ('bounced', 'bounced')], default=liaison.notifications.models.messages.MessageState['PENDING'], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(fields=('public_id',), name='a_delivery_has_one_name'),
        ),
        migrations.AddField(
            model_name='endpoint',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='escalation',
            name='acknowledged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='escalation',
            name='acknowledged_through',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='notifications.delivery'),
        ),
        migrations.AddField(
            model_name='escalation',
            name='announcement',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='escalation', to='notifications.announcement'),
        ),
        migrations.AddField(
            model_name='escalationstep',
            name='escalation',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='notifications.escalation'),
        ),
        migrations.AddField(
            model_name='message',
            name='form',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notifications.letterform'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['pending', 'unknown'])), fields=['channel', 'lane', 'priority', 'due_at', 'id'], name='message_due_by_lane'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['sending', 'handed_over'])), fields=['lease_until'], name='message_held'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('state__in', ['refused', 'failed', 'bounced'])), fields=['-finished_at'], name='message_that_did_not_arrive'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.UniqueConstraint(fields=('public_id',), name='a_message_has_one_name'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['pending', 'sending', 'handed_over', 'accepted', 'refused', 'unknown', 'failed', 'cancelled', 'bounced'])), name='a_message_is_in_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lease_until__isnull', False), ('state__in', ['sending', 'handed_over'])), models.Q(models.Q(('state__in', ['sending', 'handed_over']), _negated=True), ('lease_until__isnull', True)), _connector='OR'), name='only_a_message_in_hand_is_leased'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at__isnull', False), ('state__in', ['accepted', 'bounced', 'refused', 'failed', 'cancelled'])), models.Q(models.Q(('state__in', ['accepted', 'bounced', 'refused', 'failed', 'cancelled']), _negated=True), ('finished_at__isnull', True)), _connector='OR'), name='a_message_is_unfinished_or_finished'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['handed_over', 'unknown', 'accepted', 'bounced']), _negated=True), models.Q(('sent_sha256', ''), _negated=True), _connector='OR'), name='what_was_handed_over_is_known_by_its_hash'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['handed_over', 'unknown']), _negated=True), ('unanswered__gte', 1), _connector='OR'), name='what_may_have_arrived_is_counted'),
        ),
        migrations.AddIndex(
            model_name='endpoint',
            index=models.Index(fields=['account_id', 'owner_key'], name='endpoint_by_owner'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disabled_at__isnull', True), ('disabled_because', '')), models.Q(('disabled_at__isnull', False), models.Q(('disabled_because', ''), _negated=True)), _connector='OR'), name='a_disabled_endpoint_says_why'),
        ),
        migrations.AddConstraint(
            model_name='endpoint',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('previous_secret', ''), ('previous_secret_until__isnull', True)), models.Q(models.Q(('previous_secret', ''), _negated=True), ('previous_secret_until__isnull', False)), _connector='OR'), name='an_old_secret_has_an_end'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(condition=models.Q(('state', 'running')), fields=['next_at'], name='escalation_due'),
        ),
        migrations.AddIndex(
            model_name='escalation',
            index=models.Index(fields=['account_id', '-id'], name='escalation_by_account'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('subject_kind', 'subject_id', 'topic'), name='one_running_escalation_per_subject_and_topic'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['running', 'acknowledged', 'resolved', 'exhausted'])), name='an_escalation_has_a_known_state'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('next_at__isnull', False), ('state', 'running')), models.Q(models.Q(('state', 'running'), _negated=True), ('ended_at__isnull', False), ('next_at__isnull', True)), _connector='OR'), name='a_running_escalation_knows_its_next_moment'),
        ),
        migrations.AddConstraint(
            model_name='escalation',
            constraint=models.CheckConstraint(condition=models.Q(('state', 'acknowledged'), ('acknowledged_via', ''), _connector='XOR'), name='an_acknowledgement_says_how_it_came'),
        ),
        migrations.AddConstraint(
            model_name='escalationstep',
            constraint=models.UniqueConstraint(fields=('escalation', 'number'), name='steps_are_numbered'),
        ),
        # Old workers write lane 0; what waits already gets its account's lane.
        migrations.RunSQL(
            "UPDATE notifications_message SET lane = account_id"
            " WHERE account_id IS NOT NULL AND state IN ('pending', 'sending', 'unknown')",
            migrations.RunSQL.noop,
        ),
    ]
