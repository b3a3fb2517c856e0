import pytest

from accounts import notices
from accounts.notices import Notice
from tests.reset.denials import link_in
from tests.reset.scene import STRANGER, asked, begun


@pytest.fixture
def code_link(ada, run_outbox, postbox):
    """Somebody asked for a code to Ada's mailbox; where the mail lets her say it was not her."""
    asked(begun(ada.user_principal_name), "alternate_email")
    run_outbox()
    return link_in(postbox.to("ada@home.example")[-1])


@pytest.fixture
def notice_link(ada, run_outbox, postbox):
    """Ada was told of a reset."""
    notices.notify(ada, Notice.PASSWORD_RESET, client=STRANGER)
    run_outbox()
    return link_in(postbox.to("ada@mail.example")[-1])
