"""What may be done with a post by a button: ask for approval, approve, send back."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from outreach.forms.post import ReasonForm
from outreach.models import Post
from outreach.posting import approve
from services.admin.verbs import Verb

State = Post.State

ASK = Verb(
    name="ask_approval",
    right="change",
    label=_("Ask for approval"),
    explanation=_("Somebody else reads every version and says yes. Until then nothing goes out."),
    do=lambda post, user, answers: post.ask_approval(by=user),
    done=lambda n: ngettext("%(n)s post waits for approval.", "%(n)s posts wait for approval.", n) % {"n": n},
    suits=lambda post: post.state == State.DRAFT,
)
APPROVE = Verb(
    name="approve",
    right="approve",
    label=_("Approve"),
    explanation=_(
        "You have read every version and its picture. From the planned time on it stands in the feed, and "
        "what goes out by itself goes out."
    ),
    do=lambda post, user, answers: approve(post, by=user),
    done=lambda n: ngettext("%(n)s post approved.", "%(n)s posts approved.", n) % {"n": n},
    suits=lambda post: post.state == State.ASKED,
)
SEND_BACK = Verb(
    name="send_back",
    right="approve",
    label=_("Send back"),
    explanation=_("Its writer reads why, changes it and asks again."),
    do=lambda post, user, answers: post.send_back(answers["reason"], by=user),
    done=lambda n: ngettext("%(n)s post sent back.", "%(n)s posts sent back.", n) % {"n": n},
    suits=lambda post: post.state != State.DRAFT and not post.is_out,
    form=ReasonForm,
)
