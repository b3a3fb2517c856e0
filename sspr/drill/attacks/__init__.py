"""The attacks, in the order they are tried: those that use up a limit come last."""

from sspr.drill.attacks.forms import foreign_forms, moved_cookies
from sspr.drill.attacks.hosts import poisoned_hosts
from sspr.drill.attacks.limits import parallel_guessing, spoofed_addresses, spraying
from sspr.drill.attacks.names import enumeration
from sspr.drill.attacks.redirects import open_redirects
from sspr.drill.attacks.steps import fixed_session, replay, skipped_steps
from sspr.drill.registry import Attack

ATTACKS = [
    Attack("a poisoned Host header", ("S-C03",), poisoned_hosts),
    Attack("telling names apart by text, size and header", ("S-C01", "S-C31"), enumeration),
    Attack("a form from another site", ("S-C23",), foreign_forms),
    Attack("a form of another browser", ("S-C23", "S-C13"), moved_cookies),
    Attack("a redirect to somewhere else", ("S-C25",), open_redirects),
    Attack("skipping the checks", ("S-C12", "S-C11"), skipped_steps),
    Attack("playing an ended attempt again", ("S-C05", "S-C26"), replay),
    Attack("choosing somebody's session key", ("S-C13",), fixed_session),
    Attack("guessing codes in parallel", ("S-C09", "S-C18"), parallel_guessing),
    Attack("spraying over many names", ("S-C19",), spraying),
    Attack("claiming another network address", ("S-C48", "S-C20"), spoofed_addresses),
]
