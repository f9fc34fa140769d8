from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('shared', '0002_change_batch'),
    ]

    operations = [
        migrations.CreateModel(
            name='Bucket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_hash', models.CharField(max_length=64, unique=True)),
                ('empty_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'bucket',
                'verbose_name_plural': 'buckets',
                'default_permissions': (),
                'indexes': [models.Index(fields=['empty_at'], name='bucket_filled_by_age')],
            },
        ),
    ]
