

import django.db.models.deletion
import liaison.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0002_quiet_hours'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Expectation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('subject_kind', models.CharField(max_length=32)),
                ('subject_id', models.CharField(max_length=64)),
                ('topic', models.CharField(choices=[('production_alert', 'production_alert'), ('technical_emergency', 'technical_emergency'), ('technical_notice', 'technical_notice'), ('merchant_issue', 'merchant_issue'), ('user_escalation', 'user_escalation'), ('maintenance', 'maintenance'), ('urgent_case', 'urgent_case'), ('case_update', 'case_update'), ('relationship_change', 'relationship_change'), ('onboarding_reminder', 'onboarding_reminder'), ('account_mail', 'account_mail'), ('staff_alarm', 'staff_alarm'), ('drill', 'drill')], max_length=32)),
                ('expected', models.CharField(choices=[('answer', 'answer'), ('fix', 'fix'), ('change', 'change'), ('confirm', 'confirm')], max_length=16)),
                ('answer', models.CharField(blank=True, choices=[('seen', 'seen'), ('working', 'working'), ('solved', 'solved')], max_length=16)),
                ('asked_at', models.DateTimeField()),
                ('first_due_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('estimate_at', models.DateTimeField(null=True)),
                ('passed', models.PositiveSmallIntegerField(default=0)),
                ('closed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='expectations', to='accounts.account')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='AnswerGiven',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('seen', 'seen'), ('working', 'working'), ('solved', 'solved')], max_length=16)),
                ('estimate_at', models.DateTimeField(null=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('via', models.CharField(choices=[('page', 'page'), ('api', 'api'), ('mail', 'mail')], max_length=8)),
                ('by_address', models.CharField(blank=True, max_length=254)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('expectation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='expectations.expectation')),
            ],
        ),
        migrations.AddIndex(
            model_name='expectation',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['due_at'], name='expectation_by_due'),
        ),
        migrations.AddIndex(
            model_name='expectation',
            index=models.Index(fields=['account', '-id'], name='expectation_by_account'),
        ),
        migrations.AddConstraint(
            model_name='expectation',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('subject_kind', 'subject_id'), name='one_open_expectation_per_subject'),
        ),
    ]
