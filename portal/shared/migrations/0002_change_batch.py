from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shared", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="change",
            name="batch",
            field=models.CharField(blank=True, default="", editable=False, max_length=60),
        ),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("batch", ""), _negated=True), fields=["batch"], name="change_of_one_batch"
            ),
        ),
    ]
