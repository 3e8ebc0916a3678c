from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("helpcentre", "0002_let_the_operator_write_articles")]

    operations = [
        migrations.AddField(model_name="articleentry", name="hidden_at", field=models.DateTimeField(null=True)),
    ]
