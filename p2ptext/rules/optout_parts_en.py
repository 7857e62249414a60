"""Parts of which the English phrases are put together: who is written to, about what, and when.

Read on folded words (`optout_folding`): one spelling for each word, curses left out, a full stop as
a word of its own. Gaps are bounded, so time grows with the text alone.
"""

TEXT = (
    r"(?:text|sms|communications?|correspondence|notifications?|alerts?|reminders?|solicitations?"
    r"|outreach|spam)"
)
TEXTED = (
    r"(?:texted|contacted|bothered|called|messaged|spammed|solicited|harassed|emailed|notified|reached)"
)
WRITE = (
    r"(?:text|contact|send|write|bother|email|ping|reach out|hit|communicate|reply|respond|msg"
    r"|disturb|blow up)"
)
KIN = (
    r"(?:(?:my|our|his|her|their) (?:\w+ )?(?:mom|mother|mum|dad|father|wife|husband|son|daughter"
    r"|kids?|child|children|"
    r"parents?|grand\w+|brother|sister|family|house|household|boyfriend|girlfriend|partner|aunt"
    r"|uncle|roommate|"
    r"phone|number|line|inbox|email|work))"
)
ME = (
    rf"(?:me|him|her|them|it|{KIN}|(?:this|that|the|these) (?:\w+ )?(?:number|phone|line|person)"
    rf"|here|number)"
)
WHOSE = r"(?:my|our|this|the|that|his|her|their|all|any|of|and)"
DATA = r"(?:number|phone|name|info|information|contact|details|data|record|line|digits)"
MINE = (
    rf"(?:me|him|her|them|it|{WHOSE}(?: {WHOSE})?(?: (?!other|old|previous|wrong)\w+)? {DATA}"
    rf"|number|{KIN})"
)
OVER = r"(?= \.|$)"
FILL = (
    r"(?:(?:all|any|the|these|those|this|that|your|you|it|with|me|my|of|future|further|more|and|or"
    r"|on|to|from|so|many|"
    r"much|sending|campaign|political|unwanted|unsolicited|random|every|them|us|automated|mass"
    r"|nonsense|dumb|crazy|"
    r"annoying|trying|being|continuing|phone|call|email|bother|spam|send|text|contact|keep|her|him"
    r"|our) ){0,5}"
)
SENT = (
    r"(?:me|this|these|those|your|my|text|sms|anything|stuff|crap|shit|political|it|more|any"
    r"|messages?|spam|junk|us|that)"
)
DONT = r"(?:dont|never|nolonger|cant|must not|should not|shouldnt|quit|not to|better not|nobody|no one)"
# “Not at night” limits when, not whether: a person decides.
AT_TIMES = (
    r"(?! (?:(?:here|it|stuff|this|these|text|again|back|anymore) )?(?:before|after|at (?!all|this)"
    r"|during|until|till|"
    r"til|while|when|right now|today|tonight|so (?:late|early|much|often)|this (?:late|early|week)"
    r"|that (?:late|early)|"
    r"in the (?:morning|middle|evening)|on (?!this|my)|between|too|every|yet|for now|tomorrow|except"
    r"|more than|unless)\b)"
)
# What somebody helps with, or joins: being taken off that is no request to stop.
DUTY = (
    r"(?:shifts?|schedule|rsvp|events?|carpool|canvass\w*|phone ?banks?|volunteer\w*|guest|team"
    r"|committee|saturday\w*|"
    r"sunday\w*|friday\w*|monday\w*|tuesday\w*|wednesday\w*|thursday\w*|wait ?list|waiting"
    r"|meeting\w*|zoom|rota|sheet|bus|"
    r"train|hook|hold|guard|street\w*|ballot|voter|rolls?|office|power|speaker\w*|dinner|party|walk"
    r"|sign ?up|table|"
    r"agenda|calendar|booth|shortlist|donor|door|turf|role|chair|board|plan|medicare|insurance|taxes"
    r"|market|menu|job|"
    r"morning|evening|afternoon|night|weekend|ride|van|lit|potluck|poll|mind|plate|air)"
)
NOT_DUTY = rf"(?! (?:\w+ ){{0,4}}{DUTY}\b)"
ON_LISTS = (
    r"(?= (?:of |from |de |la |this |these |the |your |any |all |that |those |you |it |whatever "
    r"|every |future |call |"
    r"group |campaign |mailing |contact |phone |spam |marketing |political |distribution |calling "
    r"|texting ){0,5}"
    r"(?:list|text|system|thread|chat|mailing|campaign|distribution|chain|subscription|it|this|here"
    r"|spam|records?|"
    r"group|program|everything|data|file|blast|rotation|service|loop|radar|sms|contact|phone|book"
    r"|contacts|number)\b|(?: right| for good| thank\w*"
    r"| already| today| man| dude| i \w+| before i| or i)| \.|$)"
)

NOT_NOT = (
    r"(?<!never )(?<!wont )(?<!didnt )(?<!havent )(?<!hasnt )(?<!not )(?<!dont )(?<!doesnt )(?<!cant "
    r")(?<!ever )"
)

OUT_OF_TEXTS = (
    r"(?! (?:of|from) (?!this|these|your|all|the text|text|any\b|it\b|receive|get|being|further"
    r"|future|the list|sms|everything|the campaign|"
    r"you|communications?|the messag|political text)| (?:rates?|fee|link|button|form)\b)"
)
FROM_TEXTS = (
    r"(?! (?:rates?|button|link|if|anytime|by|option)\b| from (?!this|these|your (?!email|news"
    r"|podcast)|all|the text|text|it\b|you\b|list|any\b|the list|"
    r"everything|sms|future|further|receive|get|political text|the campaign))"
)
