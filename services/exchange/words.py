"""Search words and emergency numbers as tables."""

from portal.shared.exchange.cells import Phone
from portal.shared.exchange.columns import Column
from portal.shared.exchange.table import Table, register
from services.exchange.kinds import provenance
from services.models import EmergencyNumber, Synonym


@register
class SynonymTable(Table):
    model = Synonym
    key = ("phrase", "means")
    ignores_case = True

    phrase = Column("phrase", example="contoh: surat miskin")
    means = Column("means", example="sktm")
    note = Column("note")


@register
class EmergencyNumberTable(Table):
    model = EmergencyNumber
    key = ("number", "kind", "label")

    label = Column("label", example="contoh: Ambulans")
    number = Column("number", Phone(), example="118")
    kind = Column("kind", example="call")
    note = Column("note")
    position = Column("position")
    label_en = Column("label_en")
    note_en = Column("note_en")
    source, scope, source_year, caution, read_on = provenance()
