"""What the columns of contact lists are called in the exports people really have.

VAN and EveryAction, Action Network, NationBuilder, L2, Mobilize, Spoke, and the voter files of
states. Names are compared without case, spaces and signs. For each field the groups go from the
best name to the least: where somebody lives before where their mail goes, a mobile telephone
before the one at home.
"""

from p2ptext.rules.script import field_key

_NAMES: dict[str, tuple[str, ...]] = {
    "phone": (
        # Mobile.
        "cell|cell phone|cell number|cell phone number|cell no|cellphone formatted|cellphone unformatted|"
        "cellular|cellular phone|cellular number|mobile|mobile phone|mobile number|mobile phone number|"
        "mobile no|phone cell|phone mobile|phone number mobile|phone number cell|phone mobile number|"
        "best cell|best cell phone|preferred cell|cell phone 1|mobile phone 1|mobile 1|cell 1|"
        "sms|sms number|sms phone|text number|text phone|textable phone|wireless|wireless phone|"
        "wireless number|msisdn|view ops cellphone phone10|"
        "celular|teléfono celular|número de celular|móvil|teléfono móvil|número móvil",
        # Any telephone.
        "phone|phone number|phone no|phone num|phone #|full phone number|telephone|telephone number|"
        "telephone no|tel|tel number|tel no|number|contact number|contact phone|preferred phone|"
        "pref phone|preferred phone number|primary phone|primary phone number|best phone|main phone|"
        "default phone|phone 1|phone number 1|telephone 1|phone10|mphone|vphone|"
        "phone with area code|teléfono|número|número de teléfono|téléphone|numéro de téléphone",
        # One more.
        "phone 2|phone 3|phone 4|phone 5|phone 6|phone number 2|phone number 3|telephone 2|"
        "cell phone 2|cell phone 3|mobile phone 2|mobile 2|cell 2|other phone|other phone number|"
        "alternate phone|alternate phone number|alt phone|secondary phone|second phone|additional phone",
        # At home.
        "home phone|home phone number|home number|home tel|home telephone|phone home|house phone|"
        "residence phone|residential phone|evening phone|teléfono de casa",
        # At work.
        "work phone|work phone number|work number|work tel|work telephone|phone work|business phone|"
        "office phone|employer phone|daytime phone|day phone|daytime phone number|teléfono de trabajo",
    ),
    "first_name": (
        "first name|fname|f name|first|given name|given|forename|name first|primer nombre|nombre|"
        "prénom|first name at signup|given name at signup",
        "preferred name|nickname|nick name|goes by",
    ),
    "last_name": (
        "last name|lname|l name|last|surname|family name|name last|apellido|apellidos|"
        "primer apellido|nom de famille",
    ),
    "zip": (
        "zip|zip code|zip5|zip code 5|5 digit zip|vzip5|vzip|residence zip|residence zip5|residential zip|"
        "residence zip code|residential zip code|res zip|res zip code|res zip5|residence addresses zip|"
        "home zip|home zip code|reg zip|registration zip|voting zip|primary zip|postal code|postcode|"
        "zip postal|zip postal code|zip or postal code|postal|código postal|code postal",
        "mailing zip|mailing zip code|mail zip|mail zip code|mzip5|mzip|mailing addresses zip|"
        "mailing postal code|mailing zip postal code|mailing zip5|user submitted zip",
    ),
    "state": (
        "state|state code|state cd|state abbreviation|state abbreviated|state abbr|vstate|residence state|"
        "residential state|res state|residence addresses state|home state|reg state|primary state|"
        "state province|state or province|province|estado",
        "mailing state|mail state|mstate|mailing addresses state",
        "st",
    ),
    "timezone": ("timezone|time zone|tz|iana timezone|zona horaria|fuseau horaire",),
    "language": (
        "language|lang|preferred language|pref language|spoken language|primary language|"
        "language preference|language spoken|languages description|language code|idioma|langue|locale",
    ),
    "external_id": (
        "external id|externalid|crm id|unique id|record id",
        "van id|vanid|voter file van id|voterfile van id|myv van id|myc van id|my campaign id|"
        "nationbuilder id|action network id|mobilize id|lalvoterid|uuid|contact id|person id|people id|"
        "constituent id|supporter id|member id|signup id|user id",
        "state voter id|statevoterid|sos voter id|voter id|voter id number|state file id|"
        "statewide voter id|voter reg num|voter registration number|registration number|registrant id|"
        "ncid|vuid|county voter id|affno",
        "id",
    ),
    "address": (
        "address|street|street address|full address|address 1|address1|address line 1|address line|"
        "addr1|vaddress|residence address|residential address|residential address 1|residence address 1|"
        "residence address line 1|res street address|res address|residence addresses address line|"
        "home address|home street address|reg address|voting address|primary address|"
        "primary address 1|primary street|dirección|calle|domicilio|adresse",
        "mailing address|mailing address 1|mail address|mail addr1|maddress|mailing street|"
        "mailing addresses address line",
    ),
    "city": (
        "city|town|city name|vcity|residence city|residential city|res city|res city desc|"
        "residence addresses city|home city|primary city|locality|municipality|ciudad|ville",
        "mailing city|mail city|mcity|mailing addresses city",
    ),
    "county": (
        "county|county name|county desc|county description|residence county|res county|home county|"
        "primary county|parish|borough|condado",
    ),
    "household": (
        "household|household id|householdid|hh id|hhid|vhhid|mhhid|voting household id|household key|"
        "household number|family id|residence families family id|house hold id",
        "mailing families family id|mailing household id",
    ),
    "line_type": (
        "line type|phone type|phone line type|phone number type|number type|telephone type|"
        "cell phone type|phone 1 type|phone type 1|preferred phone type|primary phone type|"
        "carrier type|type of phone",
    ),
}

# What a system writes in front of its names: "can2_user_city", "Voters_FirstName".
_PREFIXES = tuple(
    map(
        field_key,
        ("can2 user", "can2", "nbwe", "votertelephones", "voters", "voter", "participant", "person",
         "people", "contact", "member", "supporter", "signup", "user"),
    )
)  # fmt: skip
# Too short to mean anything behind a prefix: "Voter number" is no telephone.
_ALONE = frozenset(
    map(
        field_key,
        ("number", "número", "first", "last", "given", "st", "sms", "tel", "postal", "locale",
         "parish", "street", "town", "id"),
    )
)  # fmt: skip

_GROUPS: dict[str, tuple[frozenset[str], ...]] = {
    field: tuple(frozenset(map(field_key, names.split("|"))) for names in groups)
    for field, groups in _NAMES.items()
}
FIELDS = (
    "phone",
    "first_name",
    "last_name",
    "zip",
    "state",
    "timezone",
    "language",
    "external_id",
)
"""The fields every part of the program knows by these names."""
EVIDENCE = ("address", "city", "county", "household", "line_type")
"""Fields that are known when there, and otherwise ordinary columns for scripts."""

_RANKS: dict[str, tuple[str, int]] = {
    name: (field, 0 if name == field_key(field) and field != "phone" else rank)
    for field, groups in _GROUPS.items()
    for rank, names in enumerate(groups, 1)
    for name in names
}
_LANDLINES = frozenset(
    map(
        field_key,
        ("landline", "land line", "landline phone", "landline number", "phone landline",
         "landline formatted", "landline unformatted", "teléfono fijo"),
    )
)  # fmt: skip


def meaning(header: str) -> tuple[str, int] | None:
    """The field this header names and how well, 0 best; None for a column of the list's own."""
    key = field_key(header)
    found = _RANKS.get(key)
    if found:
        return found
    bare = _without_prefix(key)
    return None if bare in _ALONE else _RANKS.get(bare)


def names_landline(header: str) -> bool:
    """Whether the column holds telephones that cannot receive texts, by its own name."""
    key = field_key(header)
    return key in _LANDLINES or _without_prefix(key) in _LANDLINES


def _without_prefix(key: str) -> str:
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) > len(prefix):
            return key.removeprefix(prefix)
    return key


_BARRING = frozenset(
    field_key(name)
    for name in [
        "do not call",
        "do not text",
        "do not contact",
        "do not phone",
        "do not sms",
        "do not message",
        "dnc",
        "dnt",
        "no call",
        "no text",
        "no texts",
        "no sms",
        "no contact",
        "opted out",
        "opt out",
        "optout",
        "phone opt out",
        "sms opt out",
        "text opt out",
        "mobile opt out",
        "cell opt out",
        "opted out of texts",
        "sms opted out",
        "unsubscribed",
        "unsubscribe",
        "suppressed",
        "deceased",
        "is deceased",
        "do not solicit",
        "no solicit",
        "federal do not call",
        "is do not call",
        "is do not contact",
        "donotcall",
        "no llamar",
        "no contactar",
        "fallecido",
    ]
)


def bars(name: str) -> bool:
    """Whether a column of this name says of people that they must not be contacted."""
    return field_key(name) in _BARRING
