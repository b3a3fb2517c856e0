"""Banned words: many are written at once, one a line."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.base import ScopedAdmin, ScopedForm, act_of, scope_of
from accounts.admin.fields import Lines
from accounts.people.roles import Capability
from accounts.policy import events
from accounts.policy.models import BannedTerm
from accounts.policy.validation import validate_term


class WordsForm(ScopedForm):
    words = Lines(
        label=_("Words"),
        help_text=_("One a line, 4 to 16 characters each; at most 1000 in a directory."),
    )

    class Meta:
        model = BannedTerm
        fields: ClassVar = ["directory"]

    def clean_words(self) -> list[str]:
        """The words of the directory that are not banned yet."""
        words = sorted({word.lower() for word in self.cleaned_data["words"]})
        chosen = self.cleaned_data.get("directory")
        directory = self.scope or (chosen.pk if chosen else None)
        if directory is None:
            return []
        held = BannedTerm.objects.in_directory(directory)
        there = set(held.values_list("term", flat=True))
        fresh = [word for word in words if word not in there]
        for number, word in enumerate(fresh):
            try:
                validate_term(word, others=len(there) + number)
            except ValidationError as refusal:
                raise ValidationError(f"{word}: {refusal.messages[0]}", refusal.code) from refusal
        return fresh

    def _post_clean(self) -> None:
        """The rows are made in ``save``; there is no single one to check here."""

    def save(self, commit: bool = True) -> Any:
        self.instance.directory_id = self.scope or self.cleaned_data["directory"].pk
        return self.instance

    def save_m2m(self) -> None:
        """Nothing hangs on a word."""


@admin.register(BannedTerm)
class BannedTermAdmin(ScopedAdmin):
    capability = Capability.POLICIES
    list_display = ("term",)
    list_display_links = None
    ordering = ("directory", "term")
    search_fields = ("term",)
    actions = ("remove",)
    form = WordsForm

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return ("words",) if scope_of(request) else ("directory", "words")

    def change_view(self, *args: Any, **kwargs: Any) -> Any:
        raise Http404  # a word is removed and written anew

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        added = form.cleaned_data["words"]
        rows = [BannedTerm(directory_id=obj.directory_id, term=word) for word in added]
        BannedTerm.objects.bulk_create(rows, ignore_conflicts=True)
        if added:
            event = events.BannedWordsChanged(added=added, removed=[])
            act_of(request).note_for(event, obj.directory_id)

    def response_add(self, request: Any, obj: Any, post_url_continue: str | None = None) -> Any:
        self.message_user(request, _("The words are banned from now on."))
        return HttpResponseRedirect(reverse("admin:accounts_bannedterm_changelist"))

    @admin.action(description=_("Allow these words again"), permissions=["add"])
    def remove(self, request: Any, queryset: Any) -> None:
        removed: dict[int, list[str]] = {}
        for directory, term in queryset.values_list("directory_id", "term"):
            removed.setdefault(directory, []).append(term)
        for directory, terms in removed.items():
            BannedTerm.objects.in_directory(directory).filter(term__in=terms).delete()
            event = events.BannedWordsChanged(added=[], removed=sorted(terms))
            act_of(request).note_for(event, directory)
