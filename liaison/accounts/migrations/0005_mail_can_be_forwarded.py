"""Another address that somebody's notifications go to (D10). Safe while the old code runs: nobody forwards anything yet."""

import django.db.models.deletion
import django.db.models.functions.text
import liaison.lib.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_choices_of_mail_and_places_to_share_to'),
    ]

    operations = [
        migrations.CreateModel(
            name='ForwardingProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=liaison.lib.ids.new_public_id, editable=False, max_length=14, unique=True)),
                ('address', models.EmailField(max_length=254)),
                ('created_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name='identity',
            name='forwards_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='identity',
            name='forwards_to',
            field=models.EmailField(blank=True, db_default='', default='', max_length=254),
        ),
        migrations.AddIndex(
            model_name='identity',
            index=models.Index(django.db.models.functions.text.Lower('forwards_to'), condition=models.Q(('forwards_to', ''), _negated=True), name='identity_by_folded_forwarding'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('forwards_since__isnull', True), ('forwards_to', '')), models.Q(models.Q(('forwards_to', ''), _negated=True), ('forwards_since__isnull', False)), _connector='OR'), name='forwarding_has_a_beginning'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.CheckConstraint(condition=models.Q(('forwards_to', ''), ('suspended_at__isnull', True), _connector='OR'), name='nothing_is_forwarded_for_the_suspended'),
        ),
        migrations.AddField(
            model_name='forwardingproof',
            name='identity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='forwarding_proofs', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='forwardingproof',
            constraint=models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True)), fields=('identity',), name='an_identity_waits_for_one_forwarding'),
        ),
    ]
