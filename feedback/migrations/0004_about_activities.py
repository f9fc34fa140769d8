import django.db.models.deletion
from django.db import migrations, models

from portal.shared.search import CreateFulltextIndex


class Migration(migrations.Migration):

    dependencies = [
        ('feedback', '0003_bucket_moved'),
        ('outreach', '0002_fulltext'),
    ]

    operations = [
        migrations.AddField(
            model_name='submission',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='submissions', to='outreach.event', verbose_name='about the activity'),
        ),
        migrations.AddField(
            model_name='submission',
            name='heard_from',
            field=models.CharField(blank=True, choices=[('whatsapp', 'WhatsApp'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('flyer', 'a flyer'), ('poster', 'a poster or banner'), ('rt-rw', 'RT, RW, PKK or dasawisma'), ('teman', 'family, friends or neighbours'), ('sekolah', 'school'), ('posyandu', 'posyandu or puskesmas'), ('kunjungan', 'an officer who came to my home'), ('loket', 'a counter of the government'), ('portal', 'this portal'), ('lain', 'another way')], editable=False, max_length=12, verbose_name='heard of it by'),
        ),
        # SQLite made the table anew, and its triggers were gone.
        CreateFulltextIndex("feedback_submission"),
    ]
