"""Numbers of a place: of the playbook in force there, else the schema's own."""

from jimu.incidents.sections import Section
from jimu.playbooks.schema import Medicine

SECTION = Section(lambda playbook: playbook.medicine, Medicine())
of_place = SECTION.of_place
