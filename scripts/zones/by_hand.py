"""What the packages of ZIP codes get wrong or cannot know, with the reason."""

EAST, CENTRAL, MOUNTAIN = "America/New_York", "America/Chicago", "America/Denver"
ARIZONA, PACIFIC = "America/Phoenix", "America/Los_Angeles"
ALASKA, ALEUTIANS = "America/Anchorage", "America/Adak"

ZIP_IS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # West Wendover has been Mountain by law since 1999; the packages say Pacific, like its state.
    ("89883", (MOUNTAIN,)),
    # Each island group of the Pacific has its own clock.
    ("96939 96940", ("Pacific/Palau",)),
    ("96941", ("Pacific/Pohnpei",)),
    ("96942 96943", ("Pacific/Chuuk",)),
    ("96944", ("Pacific/Kosrae",)),
    ("96960 96970", ("Pacific/Majuro",)),
)
"""ZIP codes that have these zones, whatever the packages say."""

ZIP_ALSO: tuple[tuple[str, tuple[str, ...]], ...] = (
    # The Chattahoochee valley in Alabama lives by the clock of Columbus and West Point, Georgia.
    (
        "36851 36854 36856 36859 36863 36867 36868 36869 36870 36872 36874 36875 36877",
        (EAST, CENTRAL),
    ),
    # Port St. Joe's ZIP codes reach Mexico Beach, on the other side of the line.
    ("32456 32457", (EAST, CENTRAL)),
    # Towns in Nevada that trade with Idaho, by custom on its time.
    ("89825 89826 89831 89832", (PACIFIC, MOUNTAIN)),
    # Huntington, Oregon, by custom; and Jordan Valley, whose ZIP code reaches the south of Malheur
    # County, which is Pacific.
    ("97907 97910", (PACIFIC, MOUNTAIN)),
    # Kenton, Oklahoma, by custom.
    ("73946", (CENTRAL, MOUNTAIN)),
    # The salt flats under the Guadalupe Mountains, and Van Horn beside them.
    ("79847 79855", (CENTRAL, MOUNTAIN)),
    # Hyder, Alaska, keeps the time of Stewart, British Columbia.
    ("99923", (ALASKA, "America/Vancouver")),
    # Towns beside, and post offices shared by, the Navajo Nation (which changes its clocks) and the
    # rest of Arizona or the Hopi land inside it (which do not).
    (
        "86003 86016 86031 86034 86035 86036 86039 86040 86044 86045 86047 86502 86506 86508 86512",
        (ARIZONA, MOUNTAIN),
    ),
)
"""ZIP codes that have these zones and what the packages say."""

COUNTIES: dict[str, dict[tuple[str, ...], str]] = {
    "AL": {(CENTRAL, EAST): "chambers lee russell"},
    "FL": {(CENTRAL, EAST): "gulf"},
    "IN": {
        (EAST,): "dubois pulaski",
        (CENTRAL,): "gibson jasper lake laporte newton perry porter posey spencer starke "
        "vanderburgh warrick",
    },
    "KY": {(EAST,): "hardin taylor wayne", (CENTRAL,): "breckinridge hart"},
    "MI": {(CENTRAL,): "dickinson gogebic iron menominee"},
    "TN": {(EAST,): "bradley hamilton mcminn monroe rhea", (CENTRAL,): "cumberland marion"},
    "KS": {(MOUNTAIN,): "greeley hamilton sherman wallace"},
    "NE": {(CENTRAL,): "lincoln thomas", (CENTRAL, MOUNTAIN): "cherry"},
    "ND": {(CENTRAL, MOUNTAIN): "dunn mckenzie morton sioux"},
    "SD": {(CENTRAL, MOUNTAIN): "jackson stanley", (CENTRAL,): "potter walworth"},
    "TX": {
        (MOUNTAIN,): "elpaso hudspeth",
        (CENTRAL, MOUNTAIN): "culberson",
        (CENTRAL,): "crockett",
    },
    "OK": {(CENTRAL, MOUNTAIN): "cimarron"},
    "ID": {(MOUNTAIN,): "bearlake elmore", (MOUNTAIN, PACIFIC): "idaho"},
    "OR": {(MOUNTAIN, PACIFIC): "baker malheur"},
    "NV": {(PACIFIC,): "clark nye storey", (MOUNTAIN, PACIFIC): "elko"},
    "AZ": {(ARIZONA, MOUNTAIN): "apache coconino navajo", (ARIZONA,): "cochise mohave"},
    "AK": {(ALASKA, ALEUTIANS): "aleutianswest"},
}
"""Counties by law (49 CFR 71) and custom, where a stray ZIP of the packages says otherwise."""
