"""Kinds of content that carriers forbid or look at closely, with where we read of them.

Carriers publish no lists of words: these are the kinds of texts their rules name, in the words such
texts are known to use. Naming a thing is told; offering it, or asking what only frauds ask, blocks.
Read in November 2026.
"""

from dataclasses import dataclass

from p2ptext.rules.lint_words import CARRIERS, CTIA


@dataclass(frozen=True, slots=True)
class Topic:
    """A kind of content that carriers forbid or look at closely, and how it shows."""

    code: str
    source: str
    words: str
    patterns: tuple[str, ...]
    """In small letters without accents."""
    blocks: bool = False


_CTIA_52 = f"{CTIA}, 5.2; {CARRIERS}"
TOPICS: tuple[Topic, ...] = (
    Topic(
        "sells_cannabis",
        f"Cannabis: {CARRIERS}",
        "It reads like an offer of cannabis or CBD. Phone companies block that everywhere. Take it out.",
        (
            r"\b(?:buy|order|shop|sale|deals?|delivery|delivered|discount|coupon|% off|\d+ off|free|"
            r"get your|"
            r"cheap|best prices?|in stock|compra|oferta|descuento)\b[^.!?\n]{0,40}"
            r"\b(?:weed|cannabis|marijuana|marihuana|cbd|thc|kratom|edibles|gummies|pre-?rolls?|"
            r"delta[- ]?[89])\b",
            r"\b(?:weed|cannabis|marijuana|marihuana|cbd|thc|kratom|edibles|gummies|pre-?rolls?|"
            r"delta[- ]?[89])\b"
            r"[^.!?\n]{0,40}(?:\b(?:sale|deals?|deliver(?:y|ed)|discount|coupon|in stock|for sale|"
            r"prices?|"
            r"shop|store|dispensary|oferta|descuento)\b|% off|\$\d)",
            r"\bdispensary\b[^.!?\n]{0,40}\b(?:open|deals?|menu|sale)\b",
        ),
        True,
    ),
    Topic(
        "sells_tobacco",
        f"Tobacco and vaping: {_CTIA_52}",
        "It reads like an offer of tobacco or vapes. Phone companies block that. Take it out.",
        (
            r"\b(?:buy|order|shop|sale|deals?|discount|% off|\d+ off|free|cheap)\b[^.!?\n]{0,30}"
            r"\b(?:cigarettes?|cigars?|vapes?|e-?cig\w*|e-?liquid|hookah|nicotine pouch\w*|juul)\b",
            r"\b(?:cigarettes?|cigars?|vapes?|e-?cigs?|e-?liquid|hookah|juul)\b[^.!?\n]{0,30}"
            r"(?:\b(?:sale|deals?|discount|in stock|shop|flavors)\b|% off|\$\d)",
        ),
        True,
    ),
    Topic(
        "sells_alcohol",
        f"Alcohol without an age gate: {_CTIA_52}",
        "It reads like an offer of alcohol. Phone companies want proof of everybody's age for that. "
        "Take it out.",
        (
            r"\b(?:free|half[- ]price|discount(?:ed)?|cheap|\$\d+|bottomless|unlimited|"
            r"2[- ]for[- ]1|\d+% off)"
            r" (?:\w+ ){0,2}(?:beers?|wine|drinks specials?|shots|cocktails?|margaritas?|mimosas?|"
            r"liquor|vodka|whiskey|"
            r"tequila|booze|drafts)\b",
            r"\b(?:beer|wine|liquor|vodka|whiskey|tequila)\b[^.!?\n]{0,25}(?:\b(?:sale|deals?|delivery|"
            r"delivered|discount|specials?)\b|% off)",
            r"\bhappy hour (?:specials?|prices?|deals?)\b|\bopen bar\b|\bdrink specials?\b",
        ),
        True,
    ),
    Topic(
        "sells_firearms",
        f"Firearms: {_CTIA_52}",
        "It reads like an offer of weapons. Phone companies block that. Take it out.",
        (
            r"\b(?:buy|order|shop|sale|deals?|discount|% off|\d+ off|win a|free|raffle|"
            r"giveaway)\b[^.!?\n]{0,30}"
            r"\b(?:guns?|ammo|ammunition|rifles?|handguns?|pistols?|shotguns?|ar-?15s?|firearms?|"
            r"silencers?)\b",
            r"\b(?:guns?|ammo|ammunition|rifles?|handguns?|pistols?|shotguns?|ar-?15s?|"
            r"firearms?)\b[^.!?\n]{0,30}"
            r"(?:\b(?:sale|for sale|deals?|discount|in stock|raffle|giveaway|show this)\b|% off)",
        ),
        True,
    ),
    Topic(
        "sexual",
        f"Sexual content: {_CTIA_52}",
        "It reads like sexual content. Phone companies block that. Take it out.",
        (
            r"\b(?:xxx|porn\w*|nudes?|onlyfans|escorts? (?:service|near|tonight)|hot (?:singles|"
            r"girls|babes)|"
            r"hook ?ups?|sexy|sexting|horny|adult (?:videos?|content|site)|viagra|cialis)\b",
        ),
        True,
    ),
    Topic(
        "curse",
        f"Hate and profanity: {_CTIA_52}",
        "There is a word in it that offends. Phone companies block texts with it. Take it out.",
        (
            r"\b(?:fuck\w*|motherf\w+|shit\w*|bullshit|bitch\w*|asshole\w*|cunts?|faggots?|niggers?|"
            r"kikes?|"
            r"spics?|wetbacks?|retards?|pendejos?|putas?|cabron(?:es)?|chinga\w*)\b",
        ),
        True,
    ),
    Topic(
        "gambling",
        f"Gambling, contests and sweepstakes: {CARRIERS}",
        "It reads like gambling or a prize draw. Phone companies block that, raffles too. Take it out.",
        (
            r"\b(?:casino|sports ?book|sports betting (?:app|bonus)|betting (?:tips|picks|odds)|"
            r"free spins|jackpot|"
            r"slots? (?:bonus|games?)|poker (?:night|tournament|bonus)|bingo (?:bonus|night)|"
            r"place your bets?|"
            r"sweepstakes?|loteria|apuestas?|50/50 raffle|raffle tickets?|enter (?:our|the|"
            r"to) (?:raffle|"
            r"giveaway|drawing|win)|chance to win (?:an?|one|the|big|cash|prizes?|tickets)\b|"
            r"win an? (?:free )?(?:iphone|ipad|car|cruise|vacation|trip|"
            r"gift|tv|macbook)|gana (?:un|una) )\b",
        ),
        True,
    ),
    Topic(
        "loans",
        f"Loans and crypto: {CARRIERS}",
        "It reads like an offer of a loan or an investment. Phone companies block that. Take it out.",
        (
            r"\b(?:payday|title|personal|instant|quick|fast|easy|short[- ]term) loans?\b|"
            r"\bcash advance\b|"
            r"\bloans? (?:is |are )?(?:pre-?)?approved\b|\b(?:pre-?)?approved for (?:a|up to|"
            r"\$)[^.!?\n]{0,30}"
            r"(?:loan|credit|\$\d)|\brefinance\b[^.!?\n]{0,20}\b(?:today|now|rates?)\b|"
            r"\blow(?:er)? (?:interest )?rates? "
            r"(?:loan|on your)|\bno credit check\b|\b(?:bitcoin|crypto|ethereum|"
            r"nft)\b[^.!?\n]{0,40}\b(?:invest\w*|"
            r"profits?|returns?|buy|double|bonus|airdrop|opportunity)\b|\b(?:invest\w*|double|"
            r"profits?|buy)\b"
            r"[^.!?\n]{0,30}\b(?:bitcoin|crypto|ethereum|nfts?|forex)\b|\bprestamos? (?:rapidos?|"
            r"personal\w*|al instante)\b",
        ),
        True,
    ),
    Topic(
        "debt_relief",
        f"Debt collection and relief: {CARRIERS}",
        "It reads like debt relief, credit repair or a debt being collected. Phone companies block "
        "that. "
        "Take it out.",
        (
            r"\bdebt (?:relief|consolidation|settlement|reduction)\b|\b(?:fix|repair|boost|"
            r"clean up) your credit\b|"
            r"\bcredit repair\b|\b(?:eliminate|erase|wipe out|settle|consolidate|"
            r"reduce) your (?:\w+ )?debts?\b|"
            r"\byour (?:\w+ )?debt is (?:overdue|past due|in collections?)\b|"
            r"\b(?:qualify|eligible|apply|approved) for (?:student )?(?:loan|debt) forgiveness\b",
        ),
        True,
    ),
    Topic(
        "get_rich",
        f"Get rich quick: {CARRIERS}",
        "It reads like a promise of quick money. Phone companies block that. Take it out.",
        (
            r"\b(?:work from home|be your own boss|passive income|financial freedom|get rich|extra cash|"
            r"multi-?level|network marketing)\b|\b(?:earn|make|gana) (?:up to |over |"
            r"hasta )?\$ ?\d[\d,]*"
            r"(?: ?(?:k\b|/|a|per|an|por|al) ?(?:day|week|month|hour|hr|dia|semana|mes)?)|"
            r"\bmake (?:easy|fast|quick) money\b|"
            r"\bdinero (?:facil|rapido)\b",
        ),
        True,
    ),
    Topic(
        "drugs",
        f"Prescription drugs: {CARRIERS}",
        "It reads like an offer of prescription drugs. Phone companies block that. Take it out.",
        (
            r"\b(?:oxy(?:contin|codone)|xanax|adderall|percocet|ozempic|semaglutide|tramadol|"
            r"phentermine)\b"
            r"[^.!?\n]{0,40}(?:\b(?:online|order|cheap|sale|delivered|without|no prescription|"
            r"discount)\b|\$\d|% off)|"
            r"\b(?:order|buy|cheap|discount)\b[^.!?\n]{0,20}\b(?:meds|pills|oxy(?:contin|codone)|"
            r"xanax|adderall|percocet|"
            r"ozempic|semaglutide)\b|\bonline pharmacy\b",
        ),
        True,
    ),
    Topic(
        "phishing",
        f"Phishing and social engineering (T-Mobile fines $2,000 a text): {CTIA}, 5.2",
        "It asks for something nobody should send by text, like a card, a password or a number of an "
        "identity. Take it out.",
        (
            r"\b(?:send|reply with|text(?: us| me)?|give|confirm|verify|provide|enter|update|need|"
            r"share|tell me|envie|confirme|"
            r"verifique|responda con) (?:\w+ ){0,3}?(?:social security|ssn\b|seguro social|"
            r"(?:credit|debit) card|card "
            r"numbers?|bank (?:account|details|info\w*)|routing number|account number|passwords?|"
            r"passcode|pin\b|contrasena|"
            r"numero de cuenta|tarjeta de credito|mother'?s maiden|driver'?s licen[cs]e number|"
            r"medicare (?:id|number))",
            r"\b(?:your|su|tu) (?:\w+ )?(?:account|cuenta|card|tarjeta) (?:has been |is |was |"
            r"ha sido |fue |esta )?"
            r"(?:suspended|locked|limited|on hold|compromised|suspendida|bloqueada)\b",
            r"\b(?:verify|confirm|validate|unlock|reactivate) your (?:account|identity|payment|"
            r"billing)\b",
            r"\byour (?:package|parcel|delivery) (?:is|has|could|was|cannot)\b|"
            r"\bunusual (?:activity|sign-?in)\b",
            r"\b(?:gift|itunes|google play|steam) cards?\b[^.!?\n]{0,30}\b(?:send|code|buy|pay|"
            r"claim|free)\b|"
            r"\b(?:claim|free|buy) (?:\S+ ){0,3}gift cards?\b|\birs\b[^.!?\n]{0,40}\b(?:owe|warrant|"
            r"refund)\b",
        ),
        True,
    ),
    Topic(
        "prize",
        f"Deceptive promises: {CTIA}, 5.2",
        "It reads like a prize or money out of nowhere, as frauds begin. Take it out.",
        (
            r"\b(?:you(?:'ve| have)? (?:just )?won\b|you are (?:a|the|our) (?:lucky )?winner|"
            r"congratulations,? you|"
            r"claim your (?:prize|reward|refund|cash|bonus|gift)|has ganado|ha ganado|"
            r"felicidades,? (?:ha|has) ganado|"
            r"unclaimed (?:money|funds|refund)|stimulus (?:check|payment) (?:is )?(?:waiting|ready|"
            r"approved)|"
            r"reclame su (?:premio|dinero))\b",
        ),
        True,
    ),
    Topic(
        "false_voting",
        "52 U.S.C. 20511 and 18 U.S.C. 241 (United States v. Mackey, texts that told people to vote "
        "by text)",
        "Nobody in the United States can vote like this. Who says so keeps people from voting. Take "
        "it out.",
        (
            r"\b(?:vote|cast your (?:vote|ballot)|votar?|vote(?:n)?) (?:\w+ ){0,4}?(?:by|via|from|"
            r"por|mediante) (?:text|sms|"
            r"phone|telephone|mensaje(?: de texto)?|telefono|twitter|facebook|whatsapp)\b",
            r"\btext (?:your vote|[\"'“]?\w+[\"'”]? to (?:vote|cast))\b|\b(?:text|reply|"
            r"envie)[^.!?\n]{0,30}\bto (?:cast|submit) "
            r"your (?:vote|ballot)\b|\bvote online\b(?! at| for our| in our)|"
            r"\bvote (?:from home )?online\b",
            r"\b(?:democrats|republicans|democratas|republicanos) (?:vote|"
            r"votan) (?:on )?(?:wednesday|tuesday|thursday|monday|"
            r"miercoles|martes|jueves|lunes|nov)\b",
            r"\belection (?:day )?(?:has been|is|was) (?:postponed|moved|delayed|rescheduled)\b",
        ),
        True,
    ),
    Topic(
        "voter_threat",
        "52 U.S.C. 10307(b) and 18 U.S.C. 594 (intimidation of voters)",
        "It may frighten people away from voting, which is against the law. Take it out.",
        (
            r"\b(?:ice|immigration|police|sheriff|la migra|agents) (?:\w+ ){0,4}(?:at|near|outside|"
            r"en) (?:\w+ ){0,2}(?:polls|"
            r"polling|las urnas|voting)",
            r"\byou(?:'ll| will| could| may) (?:be )?(?:\w+ )?(?:arrested|fined|deported|evicted|"
            r"jailed|lose your job|lose your "
            r"benefits)\b[^.!?\n]{0,30}\b(?:vote|voting|ballot|polls)|\bif you (?:don't |"
            r"do not )?vote[^.!?\n]{0,30}\b(?:"
            r"arrested|fined|deported|evicted|jailed|lose your (?:job|benefits))\b",
            r"\bwe (?:will )?know (?:if|whether|how) you vote[d]?\b",
        ),
        True,
    ),
    Topic(
        "about_cannabis",
        f"Cannabis: {CARRIERS}",
        "Phone companies hold back many texts that name cannabis, whatever they say about it. Other "
        "words "
        "arrive better, such as the number of the ballot measure.",
        (r"\b(?:cannabis|marijuana|marihuana|weed (?:legal|law)\w*|cbd|thc|kratom)\b",),
    ),
    Topic(
        "about_alcohol",
        f"Alcohol: {_CTIA_52}",
        "Phone companies look closely at texts that name alcohol. Leave the drinks out of the text.",
        (r"\b(?:beers?|wine|cocktails?|liquor|happy hour|margaritas?|mimosas?|booze|cerveza|tragos)\b",),
    ),
    Topic(
        "about_tobacco",
        f"Tobacco and vaping: {_CTIA_52}",
        "Phone companies look closely at texts that name tobacco or vapes. Other words arrive better.",
        (r"\b(?:tobacco|cigarettes?|cigars?|vapes?|vaping|nicotine|e-?cig(?:arette)?s?|tabaco)\b",),
    ),
    Topic(
        "about_firearms",
        f"Firearms: {_CTIA_52}",
        "Phone companies look closely at texts that name weapons. Other words arrive better.",
        (
            r"\b(?:firearms?|ammo|ammunition|rifles?|handguns?|pistols?|ar-?15s?|silencers?|"
            r"armas de fuego)\b|"
            r"\bguns?\b(?! (?:violence|safety|reform|control|sense|laws?|owners|lobby|industry|"
            r"show loophole))",
        ),
    ),
    Topic(
        "filtered",
        f"Words that filters against spam count: {CTIA}, 5.2, and providers' advice on filtered texts",
        "Filters of phone companies count words like this as spam. Say it in other words.",
        (
            r"\bclick (?:here|below|this|the link|on the link)\b|\bhaga clic\b|\b(?:100|"
            r"one hundred)% (?:free|guaranteed)|"
            r"\b(?:risk|obligation)[- ]free\b|\bno obligation\b|\bguaranteed\b|\blimited[- ]time\b|"
            r"\bcongratulations\b|"
            r"\bcash (?:bonus|prize|back)\b|\bfree (?:gift|money|cash|trial|stuff)\b|\$\$+|"
            r"\bdear (?:friend|customer|"
            r"sir|voter)\b|\bthis is not (?:spam|a scam)\b|\bgratis!|\bdinero gratis\b",
        ),
    ),
    Topic(
        "urgent",
        f"Pressure, as frauds use it: {CTIA}, 5.2",
        "It presses people as frauds do, and filters count it as spam. Say calmly by when, and why.",
        (
            r"\bact (?:now|fast|today|immediately)\b|\burgent(?:e|ly)?\b|\b(?:final|last) (?:notice|"
            r"warning|chance|call)\b|"
            r"\bhurry\b|\bdon't (?:delete|ignore) this\b|\b(?:expires?|ends) (?:tonight|at midnight|"
            r"in \d+ hours?)\b|"
            r"\bbefore it'?s too late\b|\bimmediate (?:action|attention|response)\b|"
            r"\brespond immediately\b|"
            r"\bemergency\b(?! (?:room|shelter|food|contact|management|services|rent|housing|"
            r"assistance|kit|fund|department"
            r"|medical|responders?|relief|meeting))|\bultima oportunidad\b|\bactue (?:ya|ahora)\b|"
            r"\bderniere chance\b|"
            r"\b(?:\d{3,4}|triple|quadruple)[- ]?(?:%|x|percent)? ?[- ]?match\w*\b",
        ),
    ),
)
"""In the order in which they are told. Of two topics at one place only the first counts."""
