"""Who there is: people, their organisations and affiliations, skills, times and limits, leaders of units."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from jimu.core import sealed
from jimu.core.ids import new_id


class Kind(models.TextChoices):
    """What somebody comes as; a person may come as several."""

    OFFICE_CADRE = "office_cadre", _("机关干部")
    SOCIAL_WORKER = "social_worker", _("社工")
    SECONDED_CADRE = "seconded_cadre", _("选派干部")
    COMMITTEE_CADRE = "committee_cadre", _("居委干部")
    PARTY_MEMBER = "party_member", _("在职党员")
    RESERVE_VOLUNTEER = "reserve_volunteer", _("储备志愿者")
    VOLUNTEER = "volunteer", _("志愿者")
    BUILDING_LEADER = "building_leader", _("楼组长")
    MEDIC = "medic", _("医护")
    POLICE = "police", _("民警")
    PROPERTY = "property", _("物业")
    CONTRACTOR = "contractor", _("第三方")
    SUBDISTRICT_LEADER = "subdistrict_leader", _("街道领导")


class Organisation(models.Model):
    """A unit that people come from: an office, a company, a school."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=80, unique=True)

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """One human being, once. Phone and ID number are sealed; their blind indexes find exact values."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    # Pinyin (full and initials), so that lists sort and search as people type.
    sort_name = models.CharField(max_length=120, blank=True, default="")
    sex = models.CharField(max_length=1, blank=True, default="", choices=[("m", _("男")), ("f", _("女"))])
    born_on = models.DateField(null=True)
    # Only the year is known when a list gives an age.
    birth_year = models.PositiveSmallIntegerField(null=True)
    phone_sealed = models.CharField(max_length=120, blank=True, default="")
    phone_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    id_number_sealed = models.CharField(max_length=120, blank=True, default="")
    id_number_index = models.CharField(max_length=32, blank=True, default="", db_index=True)
    political_status = models.CharField(max_length=20, blank=True, default="")
    # Where they live or serve: the part of the grid that this person belongs to for rights and rosters.
    unit = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="people")
    address = models.CharField(max_length=60, blank=True, default="", help_text="building and room as given")
    # Nothing understood about their time was given: the roster asks them last.
    times_known = models.BooleanField(default=False)
    limits = models.JSONField(default=list, help_text="codes such as no_night, no_heavy, paused")
    # Paused by a lead until then (quarantine, illness): rosters plan for the days after. Empty: paused without a day, or not.
    out_until = models.DateTimeField(null=True)
    note = models.CharField(max_length=500, blank=True, default="", help_text="what was given and not understood")
    minor = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    submitted_at = models.DateTimeField(null=True, help_text="when the newest submission was made")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "sort_name"]),
            # Lists count and page by these without reading whole rows, which carry sealed numbers.
            models.Index(fields=["sort_name", "id", "active", "name", "unit"], name="people_by_name"),
            models.Index(fields=["-updated_at", "id", "active", "name", "unit"], name="people_by_newest"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_number_index"], condition=~models.Q(id_number_index=""), name="id_number_once"
            ),
            models.UniqueConstraint(
                fields=["name", "phone_index"],
                condition=~models.Q(phone_index="") & models.Q(id_number_index=""),
                name="name_and_phone_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def phone(self) -> str:
        return sealed.unseal(self.phone_sealed)

    @property
    def masked_phone(self) -> str:
        return sealed.mask_phone(self.phone)

    @property
    def masked_id_number(self) -> str:
        return sealed.mask_id_number(sealed.unseal(self.id_number_sealed))


class FormerPhone(models.Model):
    """A phone that somebody had before, shown to nobody. Sealed as well, since a new key needs it to index it anew."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_phones")
    phone_sealed = models.CharField(max_length=120)
    phone_index = models.CharField(max_length=32, db_index=True)
    until = models.DateTimeField(help_text="when the next one was submitted, else when it was written down")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "phone_index"], name="one_former_phone_once")]


class Affiliation(models.Model):
    """A person comes as a kind, from an organisation, to serve a unit."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT, related_name="affiliations")
    department = models.CharField(max_length=60, blank=True, default="")
    title = models.CharField(max_length=60, blank=True, default="")
    # Where this affiliation serves, when a list says so; empty means where the person belongs.
    unit = models.ForeignKey("grid.Unit", null=True, on_delete=models.PROTECT, related_name="affiliations")
    source = models.CharField(max_length=200, blank=True, default="", help_text="file › sheet › row")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_affiliation_per_kind")]
        indexes = [models.Index(fields=["kind", "unit"]), models.Index(fields=["kind", "person"], name="people_of_a_kind")]


class Skill(models.Model):
    """Something a person says they can do; `code` is of the skill list, `words` as given."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="skills")
    code = models.CharField(max_length=30)
    words = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "code"], name="one_skill_once")]
        indexes = [models.Index(fields=["code", "person"], name="people_with_a_skill")]


class Availability(models.Model):
    """A weekly window in which a person can serve. `weekdays` is a bit mask, Monday = 1.

    Minutes count from midnight; an end above 1440 lies on the next day. No rows: any time of the day is
    possible when `Person.times_known`, else nothing is known.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="times")
    weekdays = models.PositiveSmallIntegerField(default=127)
    start_minute = models.PositiveSmallIntegerField()
    end_minute = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=60, blank=True, default="")


class UnitLeader(models.Model):
    """Who leads a unit, and who stands in. Rows end, they are not overwritten."""

    class Role(models.TextChoices):
        LEADER = "leader", _("负责人")
        DEPUTY = "deputy", _("副手")

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey("grid.Unit", on_delete=models.CASCADE, related_name="leaders")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="leads")
    role = models.CharField(max_length=8, choices=Role.choices)
    title = models.CharField(max_length=40, blank=True, default="", help_text="such as 总支书记")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "person", "role"], condition=models.Q(until=None), name="leads_a_unit_once"
            ),
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(until=None, role="leader"), name="one_leader_at_a_time"
            ),
        ]
