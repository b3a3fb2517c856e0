"""The questions a policy can choose from, in our own words, by names that never change.

What somebody has answered is kept by these names, so a wording may be mended and a name may not.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _

PREDEFINED: dict[str, Any] = {
    "city_met_partner": _("In which town did you meet your partner?"),
    "city_parents_met": _("In which town did your parents get to know each other?"),
    "city_sibling": _("Where does the brother or sister live who is closest to you on the map?"),
    "city_father_born": _("In which town was your father born?"),
    "city_mother_born": _("In which town was your mother born?"),
    "city_first_job": _("In which town did you have your first paid work?"),
    "city_millennium": _("Where were you when the year 2000 began?"),
    "teacher_high_school": _("Which teacher of your later years at school did you like most?"),
    "teacher_grade_school": _("Which teacher of your first years at school did you like most?"),
    "college_not_attended": _("Where did you apply to study, and never went?"),
    "wedding_reception": _("Where did people celebrate at the first wedding you remember?"),
    "middle_name_father": _("What is your father’s second given name?"),
    "middle_name_mother": _("What is your mother’s second given name?"),
    "middle_name_oldest_sibling": _("What second given name has your oldest brother or sister?"),
    "middle_name_youngest_sibling": _(
        "What second given name has your youngest brother or sister?"
    ),
    "favourite_food": _("What could you eat every day?"),
    "grandmother_maternal": _("What was your mother’s mother called, in full?"),
    "grandfather_paternal": _("What was your father’s father called, in full?"),
    "birth_oldest_sibling": _("In which month and year was your oldest brother or sister born?"),
    "school_sixth_grade": _("Which school did you go to when you were eleven?"),
    "first_school": _("What was the very first school you went to called?"),
    "childhood_friend": _("Who was your best friend when you were a child, in full?"),
    "first_love": _("Who was your first love, in full?"),
    "first_car": _("Which make and model was the first car or motorcycle you owned?"),
    "birth_hospital": _("Where exactly were you born: which hospital, or which house?"),
    "childhood_street": _("What was the address of the first home you remember?"),
    "childhood_hero": _("Whom did you look up to as a child?"),
    "stuffed_animal": _("What did you call the toy you took to bed?"),
    "first_pet": _("What did you call your first animal at home?"),
    "childhood_nickname": _("What did other children call you?"),
    "high_school_sport": _("Which sport did you like best at school?"),
    "first_job": _("What was the first work you were paid for?"),
    "childhood_phone": _("How did your telephone number end when you were a child (4 numbers)?"),
    "dream_job": _("What did you want to become when you were a child?"),
    "famous_person": _("Who is the best-known person you have met?"),
}
