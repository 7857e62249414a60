"""How far a new number is, and how far one that moves here from another provider."""

from types import MappingProxyType

STAGES = MappingProxyType(
    {
        "bought": "Bought. Texts to it do not come here yet: whoever runs this installation links it.",
        "linked": "Linked: texts to it come here. Next it is given to a registration.",
        "waiting": "Waiting: the registry or the phone companies let it in. It takes minutes to some days.",
        "ready": "Ready.",
    }
)
STAGE_MOVES = MappingProxyType(
    {
        "bought": (),
        "linked": ("waiting", "ready"),
        "waiting": ("linked", "ready"),
        "ready": ("waiting",),
    }
)
"""What a person may set. From bought to linked a number comes only by really being linked."""
WAITS_FOR = MappingProxyType(
    {
        "10dlc": "The registry assigns it to your campaign. Your provider's page shows when it is done.",
        "toll_free": "Toll-free numbers are verified on your provider's page: name, website, what you text "
        "and how people agreed. Until then phone companies block their texts.",
        "short_code": "Phone companies provision a short code for a program that they have reviewed. It "
        "takes weeks.",
    }
)
RULES = MappingProxyType(
    {
        "10dlc": "A local number texts under a registration. STOP and HELP are answered by p2ptext.",
        "toll_free": "The network itself stops texts after STOP and starts them again after UNSTOP; it "
        "answers in its own words, and p2ptext keeps the opt-out as well. It needs a verification, no "
        "10DLC registration.",
        "short_code": "People must have agreed to its program. It answers STOP, END, QUIT, CANCEL, "
        "UNSUBSCRIBE and HELP. It takes no calls, and mostly no pictures.",
    }
)
"""What is different about each kind."""

PORT_STATES = MappingProxyType(
    {
        "asked": ("Asked for", "warning", "Whoever runs this installation has to begin it."),
        "papers": (
            "Papers needed",
            "warning",
            "A letter of authorization and a recent bill of the old provider are needed. Keep the old "
            "contract until the number has moved.",
        ),
        "sent": ("Sent", "warning", "The old provider checks it. It takes days to some weeks."),
        "scheduled": (
            "Scheduled",
            "warning",
            "The day is set. The number works at the old place until then.",
        ),
        "done": ("Moved", "success", "The number is here. It still has to be registered for texting."),
        "refused": ("Refused", "danger", "The old provider said no. The notes say why."),
        "cancelled": ("Cancelled", "", "Nothing moves."),
    }
)
"""Label, tone and words."""
PORT_MOVES = MappingProxyType(
    {
        "asked": ("papers", "sent", "cancelled"),
        "papers": ("sent", "cancelled"),
        "sent": ("papers", "scheduled", "done", "refused", "cancelled"),
        "scheduled": ("sent", "done", "refused", "cancelled"),
        "refused": ("papers", "sent", "cancelled"),
        "done": (),
        "cancelled": (),
    }
)
MAY_CANCEL = ("asked", "papers")
"""States in which the organization itself may still call it off."""
