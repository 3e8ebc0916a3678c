

import django.contrib.postgres.indexes
import django.db.models.deletion
import liaison.lib.ids
from django.db import migrations, models


# A partition for each day is made ahead of time by the ticker; the default one takes what comes for another day.
_TABLES = """
CREATE TABLE signals_minute (
    environment_id bigint NOT NULL,
    action varchar(64) NOT NULL,
    minute timestamptz NOT NULL,
    calls integer NOT NULL DEFAULT 0,
    errors integer NOT NULL DEFAULT 0,
    unanswered integer NOT NULL DEFAULT 0,
    declined integer NOT NULL DEFAULT 0,
    latency_calls integer NOT NULL DEFAULT 0,
    latency_ms bigint NOT NULL DEFAULT 0,
    latency_max_ms integer NOT NULL DEFAULT 0,
    PRIMARY KEY (environment_id, action, minute)
) PARTITION BY RANGE (minute);
CREATE INDEX signals_minute_by_time ON signals_minute USING brin (minute) WITH (pages_per_range = 16, autosummarize = on);
CREATE TABLE signals_minute_default PARTITION OF signals_minute DEFAULT;

CREATE TABLE signals_errorminute (
    environment_id bigint NOT NULL,
    minute timestamptz NOT NULL,
    action varchar(64) NOT NULL,
    merchant varchar(100) NOT NULL,
    outcome varchar(16) NOT NULL,
    code varchar(64) NOT NULL,
    count integer NOT NULL DEFAULT 0,
    PRIMARY KEY (environment_id, minute, action, merchant, outcome, code)
) PARTITION BY RANGE (minute);
CREATE INDEX signals_errors_by_time ON signals_errorminute USING brin (minute) WITH (pages_per_range = 16, autosummarize = on);
CREATE TABLE signals_errorminute_default PARTITION OF signals_errorminute DEFAULT;

CREATE SEQUENCE signals_sample_number;
CREATE TABLE signals_sample (
    environment_id bigint NOT NULL,
    at timestamptz NOT NULL,
    number bigint NOT NULL DEFAULT nextval('signals_sample_number'),
    action varchar(64) NOT NULL,
    merchant varchar(100) NOT NULL,
    outcome varchar(16) NOT NULL,
    code varchar(64) NOT NULL,
    reference varchar(200) NOT NULL,
    detail varchar(1000) NOT NULL,
    PRIMARY KEY (environment_id, at, number)
) PARTITION BY RANGE (at);
CREATE TABLE signals_sample_default PARTITION OF signals_sample DEFAULT;
"""
_DROP = "DROP TABLE signals_minute, signals_errorminute, signals_sample; DROP SEQUENCE signals_sample_number"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('integrations', '0002_a_pause_has_a_plan'),
    ]

    operations = [
        migrations.CreateModel(
            name='PrometheusSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('url', models.CharField(max_length=500)),
                ('token', models.TextField(blank=True)),
                ('query', models.TextField()),
                ('latency_query', models.TextField(blank=True)),
                ('is_on', models.BooleanField(default=True)),
                ('asked_until', models.DateTimeField(null=True)),
                ('last_asked_at', models.DateTimeField(null=True)),
                ('last_problem', models.CharField(blank=True, max_length=64)),
                ('created_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(max_length=80)),
                ('batch_id', models.CharField(max_length=100)),
                ('digest', models.CharField(max_length=64)),
                ('received_at', models.DateTimeField()),
                ('accepted', models.IntegerField(default=0)),
                ('refused', models.IntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['received_at'], name='signals_batch_by_time')],
                'constraints': [models.UniqueConstraint(fields=('sender', 'batch_id'), name='a_batch_counts_once')],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(max_length=64)),
                ('first_minute', models.DateTimeField()),
                ('last_minute', models.DateTimeField()),
                ('changed_at', models.DateTimeField()),
                ('environment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='integrations.environment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('environment', 'action'), name='an_action_is_one_series')],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(_TABLES, _DROP)],
            state_operations=[
                migrations.CreateModel(
                    name='Sample',
                    fields=[
                        ('pk', models.CompositePrimaryKey('environment', 'at', 'number', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('at', models.DateTimeField()),
                        ('number', models.BigIntegerField()),
                        ('action', models.CharField(max_length=64)),
                        ('merchant', models.CharField(max_length=100)),
                        ('outcome', models.CharField(choices=[('ok', 'ok'), ('error', 'error'), ('unanswered', 'unanswered'), ('declined', 'declined')], max_length=16)),
                        ('code', models.CharField(max_length=64)),
                        ('reference', models.CharField(max_length=200)),
                        ('detail', models.CharField(max_length=1000)),
                        ('environment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.environment')),
                    ],
                ),
                migrations.CreateModel(
                    name='ErrorMinute',
                    fields=[
                        ('pk', models.CompositePrimaryKey('environment', 'minute', 'action', 'merchant', 'outcome', 'code', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('minute', models.DateTimeField()),
                        ('action', models.CharField(max_length=64)),
                        ('merchant', models.CharField(max_length=100)),
                        ('outcome', models.CharField(choices=[('ok', 'ok'), ('error', 'error'), ('unanswered', 'unanswered'), ('declined', 'declined')], max_length=16)),
                        ('code', models.CharField(max_length=64)),
                        ('count', models.IntegerField(default=0)),
                        ('environment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.environment')),
                    ],
                    options={
                        'indexes': [django.contrib.postgres.indexes.BrinIndex(fields=['minute'], name='signals_errors_by_time', pages_per_range=16, autosummarize=True)],
                    },
                ),
                migrations.CreateModel(
                    name='Minute',
                    fields=[
                        ('pk', models.CompositePrimaryKey('environment', 'action', 'minute', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('action', models.CharField(max_length=64)),
                        ('minute', models.DateTimeField()),
                        ('calls', models.IntegerField(default=0)),
                        ('errors', models.IntegerField(default=0)),
                        ('unanswered', models.IntegerField(default=0)),
                        ('declined', models.IntegerField(default=0)),
                        ('latency_calls', models.IntegerField(default=0)),
                        ('latency_ms', models.BigIntegerField(default=0)),
                        ('latency_max_ms', models.IntegerField(default=0)),
                        ('environment', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='integrations.environment')),
                    ],
                    options={
                        'indexes': [django.contrib.postgres.indexes.BrinIndex(fields=['minute'], name='signals_minute_by_time', pages_per_range=16, autosummarize=True)],
                    },
                ),
            ],
        ),
    ]
