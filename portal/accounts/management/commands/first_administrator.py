import getpass
import sys
from typing import Any

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone, translation

from portal.accounts.models import Colleague
from portal.accounts.models.colleague import first_colleague, hold_administrators
from portal.accounts.roles import ADMINISTRATOR, COORDINATOR, set_up_roles

WHO = "first_administrator"


class Command(BaseCommand):
    """Opens the desk of a new portal: the one account that can then make all the others."""

    help = (
        "Makes the first administrator. Asks for what is not given; never takes a password as an argument. "
        "Everything else, the second factor too, happens at the first sign-in at /admin/."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", help="Sign-in name, for example: sari")
        parser.add_argument("--email", help="E-mail address, for warnings about the account.")
        parser.add_argument(
            "--another", action="store_true", help="Make one although there is an administrator already."
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument(
            "--password-stdin",
            action="store_true",
            help="Read the password from the first line of standard input.",
        )
        how.add_argument(
            "--one-time-password",
            action="store_true",
            help="Ask for no password: print one that must be changed at the first sign-in, within 7 days.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # What Django says about names and passwords too: operators read English.
        with translation.override("en"):
            self.make(options)

    def make(self, options: dict[str, Any]) -> None:
        self.refuse_a_second(options["another"])
        name = options["name"] or self.ask("Sign-in name")
        email = options["email"] or self.ask("E-mail address")
        self.allow(lambda: validate_email(email))
        if Colleague.objects.filter(username=name).exists():
            raise CommandError(f"There is an account “{name}” already. Choose another name.")
        password = self.password_for(Colleague(username=name, email=email), options)
        given = self.keep(name, email, password, options["another"])
        self.stdout.write(self.style.SUCCESS(f"“{name}” is an administrator and coordinator of this portal."))
        if given:
            self.stdout.write(f"Password for the first sign-in, within 7 days: {given}")
        self.stdout.write("Next: sign in at /admin/ with a phone at hand, for the second factor.")

    def refuse_a_second(self, another: bool) -> None:
        if not another and Colleague.objects.administrators().exists():
            raise CommandError(
                "This portal has an administrator, who can add accounts at /admin/. "
                "If nobody can sign in as one any more, add --another."
            )

    def ask(self, question: str) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Nobody is here to ask. Give --name and --email.")
        return input(f"{question}: ").strip()

    def password_for(self, colleague: Colleague, options: dict[str, Any]) -> str:
        """The password they chose; empty when one shall be made."""
        if options["one_time_password"]:
            return ""
        if options["password_stdin"]:
            password = sys.stdin.readline().rstrip("\r\n")
        elif sys.stdin.isatty():
            password = getpass.getpass("Password, at least 12 characters (leave empty to have one made): ")
            if password and password != getpass.getpass("Again: "):
                raise CommandError("The two passwords differ. Nothing was made; try again.")
            if not password:
                return ""
        else:
            raise CommandError("Nobody is here to ask. Add --password-stdin or --one-time-password.")
        self.allow(lambda: password_validation.validate_password(password, colleague))
        return password

    @transaction.atomic
    def keep(self, name: str, email: str, password: str, another: bool) -> str:
        """Writes everything or nothing; returns the password that was made, if one was."""
        set_up_roles()
        hold_administrators()
        self.refuse_a_second(another)
        now = timezone.now()
        made: list[Colleague] = []
        self.allow(lambda: made.append(first_colleague(name, email, (ADMINISTRATOR, COORDINATOR), WHO, now)))
        if not password:
            return made[0].give_password(by=WHO, at=now)
        made[0].set_password(password)
        made[0].save(update_fields=["password"])
        return ""

    def allow(self, step: Any) -> None:
        try:
            step()
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages) + " Nothing was made.") from None
