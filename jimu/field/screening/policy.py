"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import Screening

SECTION = Section(lambda playbook: playbook.screening, Screening())
of_place = SECTION.of_place
