"""Who can be tried in the demonstration."""

PASSWORD = "kettle orbit maple tuesday"  # noqa: S105  shown on the sign-in page

PEOPLE = [
    (
        "ada.marlow@harbourvale.example",
        "has a mailbox, a mobile phone, an app and questions (every answer: barnacle)",
    ),
    (
        "ben.osei@harbourvale.example",
        "one check is enough: by email, phone or recovery code 2DEM-DEMD-EMDE-MDEM",
    ),
    (
        "ines.okafor@harbourvale.example",
        "half registered: one of two checks; her office phone waits to be confirmed",
    ),
    (
        "tove.quist@harbourvale.example",
        "lost everything: one check is enough, a temporary pass from Olga",
    ),
    ("priya.nand@harbourvale.example", "has registered nothing yet"),
    ("mira.sol@harbourvale.example", "must choose a new password at sign-in"),
    ("lena.kowal@harbourvale.example", "locked out by wrong passwords; a reset unlocks"),
    ("dario.funk@harbourvale.example", "account disabled"),
    ("hugo.reed@harbourvale.example", "helpdesk"),
    ("rhea.lind@harbourvale.example", "reads reports"),
    (
        "olga.brandt@harbourvale.example",
        "operator: settings, temporary passes on a person's page, everything else",
    ),
]
