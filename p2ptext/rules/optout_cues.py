"""Hints that together may mean a request to stop, though nobody says so.

Each has a weight; three or more together, after what speaks against it, bring a person to look.
“Not interested” is one alone, “my number” only beside anger or a complaint.
"""

from p2ptext.rules.optout_rule import Rules, rule

_YOU = (
    r"(?:(?:this|these|it|that|them|all this|all these)(?= \.|$| and| shit| crap| bs| \w+ text)|you"
    r"|your|all of you)"
)

CUES = Rules(
    (
        # English, on folded words
        rule(
            "law",
            "They speak of the law or of reporting",
            "violating violate breaking against federal lawyer lawyers attorney attorneys sue suing "
            "legal lawsuit tcpa police cops restraining "
            "report fcc ftc dnc "
            "court illegal violation law complaint dont attorney authorities harassment harassed "
            "fined litigation",
            r"(?:my|our) (?:lawyer|attorney)s?(?: \w+)? (?:will|is|has|knows|would|and)|(?:call"
            r"|calling|talk to|contact|"
            r"hear from|contacting|getting|have) (?:my|our|a|an) (?:lawyer|attorney)|my (?:lawyer"
            r"|attorney)(?= \.|$| about)",
            r"sue (?:you|your|the)|suing you|will sue|legal action|lawsuit|tcpa|restraining order"
            r"|(?:small claims|see you in)"
            r" court",
            r"(?:call|contact|calling|contacting) the (?:police|cops|authorities|fcc|ftc)",
            r"report(?: \w+)? (?:as (?:spam|junk)|to (?:the )?(?:fcc|ftc|attorney|police|authorities"
            r"|carrier|verizon|att))|"
            r"(?<!to )report (?:you|this|it|your|spam|these|number)(?! to me)|(?:will|be|am|im|i|ill"
            r"|gonna) report (?:as|to|for)|"
            r"report (?:as )?(?:spam|junk)|(?:filed|filing|file) (?:a |an )?(?:\w+ )?complaint",
            r"(?:fcc|ftc)|(?:dnc|dont call|dont contact|dont text|no call|not call) ?(?:list"
            r"|registry|registered)?(?= \.|$| list|"
            r" registry| for| since)|on the dont|(?:this|texting me) is (?:illegal|against the law"
            r"|a violation)",
            r"(?:this is|its|for|youre|you are|constant|total|is) (?:\w+ )?harassment"
            r"|^harass\w*(?= \.|$)|harass\w* me|harassed by (?:you|text|this)|cease",
            r"violat\w+ (?:of )?(?:\w+ )?(?:law|tcpa|rights)|breaking the law|against the law"
            r"|federal (?:law|offense|crime)",
        ),
        rule(
            "blocked",
            "They speak of blocking",
            "blocked block",
            r"(?:youre|you are|are|you|im|ill|i|be|number has been|number is|number was|youve been"
            r"|this number is|number is|contact is"
            r"|sender is) (?:now |going to |be |being |get |"
            r"gonna be |have been )?blocked(?! (?:from voting|by (?:the )?(?:gop|republicans"
            r"|democrats|congress|court)|"
            r"the (?:road|street|bill|vote)|off))",
            r"blocked (?:you|this|your|and report|number|now)|^blocked(?= \.|$)|\. blocked(?= \.|$)",
        ),
        rule(
            "never_signed_up",
            "They say they never agreed to texts",
            "never didnt dont not who unsolicited unwanted without nobody no",
            r"(?:didnt|never|dont remember|dont recall|not|nor did i|no one)(?: ever| even| remember"
            r"| recall)?(?: give| you)? "
            r"(?:signed|subscribed|permission|consented|agree\w*|optout|opted|(?:gave|give) (?:you"
            r"|my|this|permission|anyone|out|it)|authoriz\w*"
            r"|ask(?:ed)? (?:for|to)|"
            r"request\w*|enroll\w*|register\w* (?:for|to) (?:this|text|get|rec\w*|your)|joined"
            r"|opt in|allow\w*)"
            r"(?! (?:up )?to (?:vote|volunteer|canvass)| up yet)",
            r"unsolicited|unwanted|without (?:my )?(?:permission|asking)|shouldnt have (?:my"
            r"|this) number",
            r"who (?:sold|leaked|shared) (?:you |them )?(?:my|this)|sold my",
        ),
        rule(
            "not_interested",
            "They are not interested",
            "not no aint zero never isnt",
            r"(?:not|no|aint|zero|never|isnt|not at all|not the least bit|absolutely not|not remotely|"
            r"nolonger) (?:\w+ )?interested",
        ),
        rule(
            "go_away",
            "They tell you to go away",
            "go piss buzz get shut screw fuck fck f stfu gtfo kick beat bug eat suck kiss bite eff "
            "fuk fu foff up off",
            r"go (?:away(?! party| for| on| this)|to hell|fuck|screw|kick rocks|pound sand|jump|f)"
            r"|piss off|buzz off|bug off"
            r"|beat it|kick rocks|"
            r"get (?:lost(?! on| in| at| trying)|a life|bent|stuffed|out of here|a job|away from me)"
            r"|shut (?:\w+ ){0,2}up(?! and)"
            r"|screw (?:you|off)|stfu|gtfo|"
            r"(?:fuck|fck|fuk|f|eff|fu|feck) (?:you|off|ur|all of you|yourself|the fuck off"
            r"|this)(?! (?:up|with))|foff|"
            r"eat (?:shit|a)|(?:suck|kiss|bite|lick) (?:my|it|me|a)|up yours|take a hike"
            r"|get off my (?:phone|back|case)|"
            r"go bother|(?:^|\. )fu(?= \.|$)|off me",
        ),
        rule(
            "had_enough",
            "They have had enough of it",
            "not care every over dont sick tired fed enough too many much overwhelmed hate bombarded "
            "inundated annoying "
            "annoyed ridiculous "
            "text texted lot lots tons dozens hundreds exhausted nuisance pain give driving spam "
            "overkill",
            rf"(?:sick|tired|weary|exhausted) (?:and tired )?of (?:\w+ ){{0,3}}(?:text|{_YOU}|get"
            rf"|hear\w*|receive|bother)",
            rf"fed up|(?:had|have|ive had|thats) enough(?: of)?(?= \.|$| text| {_YOU})|(?:^|\. "
            rf"|is )enough(?: already| is enough)?(?= \.|$)|"
            r"(?<!not )enough (?:(?:of|with) (?:this|these|the|your)(?= text| \.|$| \w+ text)"
            r"|already|text)|(?:too|so|this) many (?:\w+ )?text|too much text|"
            r"(?:hate|despise|loathe|detest) (?:get )?(?:these|your|this|all these|political"
            r"|campaign|the|getting|receiving|when"
            r" you) (?:\w+ )?(?:text|spam|crap|messages)|"
            r"text (?:are|is) (?:\w+ )?(?:out of control|annoying|too much|ridiculous|insane"
            r"|excessive|constant|endless|old|crazy|awful|terrible|nuisance|a lot)|"
            r"(?:too many|\d+|lots?|dozens?|hundreds?|tons?|so many) of (?:these|those|your text)"
            r"|texted me (?:\w+ ){0,2}(?:times|already|again)|"
            r"bombard\w*|inundat\w*|(?:give|gimme) (?:it|me) a (?:rest|break)|(?:blowing|blow"
            r"|filling|flooding) up? ?(?:my|our)"
            r" (?:phone|inbox)|knock it off|cut it out|quit it|get a clue",
            r"not (?:happy|pleased|amused|thrilled|okay|cool|impressed) (?:about|with|to|that"
            r"|by)? ?(?:be |me )?(?:get|this|these|text|your|you)|care less about (?:your|these"
            r"|this)|dont (?:accept|take|allow|welcome|answer|read) (?:any |political |these "
            r"|unsolicited |your )?text|(?:so|im|totally) over (?:this|it|these)",
            r"every (?:single )?(?:day|hour|week|minute) (?:with|you|these|i get)",
        ),
        rule(
            "again_and_again",
            "They ask why the texts go on",
            "dont never keep still again how why another constantly every third fourth times told "
            "asked said "
            "last before text ugh not give learn again",
            r"(?:you|they|your \w+|people) (?:\w+ )?(?:keep|constantly|always|continue to"
            r"|insist on) (?:on )?(?:text|contact|"
            r"send|bother|get|blow\w*|call|spam|hit\w*)(?! (?:up the good|me (?:updated|posted"
            r"|informed)))",
            r"why (?:are|do|did|r|would|is) (?:you|they|this|i) (?:\w+ )?(?:keep|still|text|get"
            r"|contact|send|bother)"
            r"(?! (?:a ballot|calls from))",
            r"(?:still|why am i|im) (?:get|receive|text|contact)(?: me| these| text| your"
            r"| this)(?! through)",
            r"(?:seriously|ugh|omg|jeez|wow|geez|you|yet|not|really)(?: \.| people| guys){0,2} again"
            r"|^(?:\. )?(?:ugh|again|another one)(?= \.|$)|not another|another one of (?:these|those)|"
            r"(?:\d+\w*|third|fourth|fifth|second|another|last) text (?:today|this (?:week|month"
            r"|morning)|in a row|a day|per day|from you)"
            r"|(?:dont you|do you|will you|are you \w+)(?: going to)? (?:quit|give up|learn)|"
            r"(?:how|what|as) (?:many|much|more|part) (?:\w+ )?times|(?:third|3rd|4th|fourth|fifth"
            r"|5th|tenth|10th|hundredth|"
            r"second|2nd|\d+) (?:time|text|message) (?:\w+ ){0,3}(?:asked|ask|told|text|today"
            r"|this week|you|request|i)",
            r"(?:i|ive|already|i have|we) (?:already )?(?:told|asked|said|informed|requested"
            r"|warned) (?:you|no|this|your \w+)"
            r"(?: \w+){0,4}|(?:last|final) (?:time|warning)|said no|no means no|i said no"
            r"|asked (?:nicely|politely)",
            r"(?:text|contact|bother|messaging) me (?:again|anymore|every (?:day|hour|week|other))|"
            r"(?:another|one more|more) (?:\w+ )?text(?: and| from you)?(?= \.|$| and| i)",
            r"like \d+ of|who (?:\w+ ){0,3}permission",
            r"why (?:am i|do i keep|was i) (?:on|get|receive|being|put)|(?:dont|never) (?:ask|try"
            r"|come|do this|do that)(?: me)? again",
        ),
        rule(
            "blame",
            "They call it spam or a nuisance",
            "dare nerve think leave relentless garbage ashamed unlisted spam scam annoying bother "
            "bothered nuisance "
            "intrusive invasion privacy rude ridiculous bullshit crap junk "
            "harassing pest disgusting pathetic stalking stalker unacceptable inappropriate "
            "unprofessional shame creepy",
            r"(?<!is )(?:this is|its|spam|total|just|more|political|stupid|pure|such|you are|youre"
            r"|are) (?:\w+ )?(?:spam|junk)|"
            r"^spam(?= \.|$)|spammers?|(?:you|youre|you are|people are|this is|its|these are"
            r"|text are|text is|so|very|how|really|getting|quite|super) (?:\w+ )?annoy\w*|nuisance"
            r"|intrusi\w*|invasion of|invading|privacy|relentless"
            r"|ashamed|unlisted|"
            r"(?:bother|bothered)(?: me| us| people| by| with)|stalk\w*|unacceptable|inappropriate"
            r"|unprofessional|creep\w*|"
            r"(?:this is|its|so|how|you are|youre) (?:\w+ )?(?:rude|ridiculous|harassing|disgusting)"
            r"|shame on you|"
            r"(?:hate|dislike) (?:text|spam|being texted)",
            r"how dare you|(?:some|the|got a|lot of) nerve|who do you think you|leave (?:me|us) out",
            weight=3,
        ),
        rule(
            "died",
            "They say the person has died",
            "nolonger alive living deceased passed dead died death late rip funeral heaven buried "
            "obituary",
            r"deceased|(?:nolonger|not) (?:with us|alive|living)|passed (?:away|on\b(?! the))|(?:is"
            r"|has|was|been|shes|hes) (?:now )?(?:dead|died)"
            r"(?! (?:wrong|tired|set|last|to me|in the water|inside|on arrival|end))|"
            r"(?:he|she|husband|wife|father|mother|mom|dad|son|daughter|brother|sister|who|grand\w+"
            r"|uncle|aunt|person|man|"
            r"owner|maria|they) (?:just |recently |has |had )?(?:died|passed)(?! (?:so i|fighting"
            r"|for|by|the"
            r"|the bill|it"
            r"|his|her|out|on it|that|a))|"
            r"(?<!bill )(?<!law )died (?:in(?! committee)|last|on|yesterday|two|three|this|a|of"
            r"|years|months|\d)",
            weight=6,
        ),
        rule(
            "child",
            "They say it is the phone of a child",
            "grade 1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th 11th 12th child kid minor years year "
            "underage 8 9 10 11 12 13 14 15 16 17 daughter son school "
            "grade im old childs kids",
            r"(?:im|i am|is|hes|shes|this is|only|a|my) (?:a |only |just |an )?(?:[5-9]|1[0-7]|five"
            r"|six|seven|eight|nine|ten|eleven"
            r"|twelve|thirteen|fourteen|fifteen|sixteen|seventeen) (?:years? old|yo|yrs? old)"
            r"|im (?:a |only )?(?:[5-9]|1[0-7]|thirteen|twelve|eleven|ten)(?= \.|$)|(?:is|im"
            r"|am) (?:a )?(?:minor|"
            r"underage|child|not old enough|too young|a kid)|(?:my|a|our) (?:\w+ )?(?:child|childs"
            r"|kids?|daughters?|sons?|minor)s? "
            r"(?:cell|phone|number)|belongs to (?:my|a) (?:\w+ )?(?:child|kid|minor|son|daughter)|"
            r"(?:[5-9]|1[0-7]) ?(?:yr|year)s? ?old",
            r"in (?:the )?(?:[1-9]|1[0-2])(?:th|st|nd|rd) grade",
        ),
        rule(
            "privacy_request",
            "They ask about their data",
            "gdpr ccpa privacy data personal information sold",
            r"(?:gdpr|ccpa)|(?:delete|remove) (?:all )?(?:my )?(?:personal )?(?:data|information)",
        ),
        rule(
            "another_way",
            "They ask not to be reached this way",
            "instead email mail prefer only email work emergency emergencies business personal "
            "private leave",
            r"(?:email|mail|write)(?: me)? instead|(?:this is|its) (?:a|my) (?:work|business"
            r"|emergency|private|company|office)"
            r" (?:number|phone|line)|(?:for|only for|is for) (?:emergenc\w*|work|business"
            r"|family) ?(?:only|use)?|costs me|(?:pay|charged?|costs? me) (?:\w+ ){0,3}(?:per|each"
            r"|for (?:each|every|text|these)|money|by the)"
            r"|roaming|prepaid",
            weight=3,
        ),
        rule(
            "who_gave",
            "They ask where you have the number from",
            "number phone info name list",
            r"(?:who|how|where|why) (?:\w+ ){0,5}(?:my|this) (?:\w+ )?(?:number|phone|info|name)",
            weight=1,
        ),
        rule(
            "about_texts",
            "They speak of the texts",
            "text sms list",
            r"(?:these|your|this|the|political|such|all|more|any) (?:\w+ )?(?:text|sms|list)"
            r"|texting me|text me",
            weight=1,
        ),
        rule(
            "refuses",
            "They refuse",
            "no nope nah enough pass thanks good over done fine never hard bye goodbye",
            r"(?:^|\. )(?:no|nope|nah|hell no|fuck no|never)(?= \.|$| thank\w*| im| i| more)"
            r"|no thank\w*|im (?:good|fine|done|over it)"
            r"|(?:^|\. |and )never(?= \.|$)",
            weight=1,
        ),
        rule(
            "may_be_done",
            "They may want no more of it",
            "dont not nothing care over waste wasting sell bother rid nope cut prefer nobody hard "
            "bye goodbye garbage fuck",
            r"(?<!i )prefer (?:email|mail|phone|a call|letters?)|i prefer (?:email|mail|phone"
            r"|letters?)|dont do (?:politics|this|text|surveys?|polls?)|nobody(?: here"
            r"| in this house| at this \w+)? (?:wants?|asked|cares?)|hard (?:no|pass)|(?:nope|no"
            r"|never|not interested|thanks but)(?: \w+){0,4}(?: \.)? (?:goodbye|bye)(?= \.|$)"
            r"|(?:dont|not) (?:bother|waste your time)|(?:want|have) nothing to do with|(?:dont"
            r"|do not) (?:know|have any)"
            r" (?:you|who you) (?:and|so)|wasting (?:my|your|our|everyones) time|get rid of"
            r"|nothing from you|dont care"
            r" (?:about (?:your|these|this)|for (?:your|these|this))|dont (?:like"
            r"|appreciate) (?:this|these|being|get|text|you"
            r" texting|your text)",
            weight=3,
        ),
        # What speaks against it
        rule(
            "likes_it",
            "They like the texts",
            "love loved support thank thanks glad happy appreciate keep great yes please welcome "
            "enjoy fine ok lol good",
            r"keep (?:me|us) (?:posted|updated|informed|in the loop|on)"
            r"|(?<!you )(?<!they )(?<!people )keep (?:the )?text(?: coming| me)(?: \w+){0,2}"
            r"(?= \.|$)|(?:glad|happy) you (?:texted|reached|contacted|wrote)"
            r"|thank\w* (?:you )?(?:so much )?for (?:text|send|"
            r"contact|reach\w*|let\w*|the (?:text|reminder|info))|(?:love|like|enjoy"
            r"|appreciate) (?:getting |these |your |the |"
            r"this ){1,2}(?:text|updates|reminders)|text(?:ing)? is (?:fine|ok|okay|great|good)"
            r"|no worries|dont worry|"
            r"you can (?:text|contact) me|(?:ill|will) (?:be there|vote|support)|count me in"
            r"|not annoy\w*|isnt spam|not spam",
            weight=-3,
        ),
        rule(
            "about_others",
            "They speak of a candidate or a cause",
            "trump biden republicans democrats gop dems congress senate senator mayor governor "
            "candidate president "
            "bill bond measure tax taxes prop party politicians politician government opponent "
            "neighbor neighbors",
            r"(?:fuck|screw|hate|blocked?|sue|report|sick of|tired of|fed up with|enough of|illegal"
            r"|harass\w*|bother\w*|spam\w*) "
            r"(?:\w+ ){0,4}(?:trump|biden|republicans?|democrats?|gop|dems|congress|senate|senator"
            r"|mayor|governor|taxes|prop|"
            r"politicians?|government|war|inflation|him|her|crime|corruption|lies|gun\w*|bill|bond"
            r"|measure|neighbou?rs?|boss|ex)",
            r"(?:trump|biden|republicans?|democrats?|gop|congress|senate|mayor|governor|opponent"
            r"|politicians?|he|government) "
            r"(?:\w+ ){0,3}(?:annoy\w*|ridiculous|disgusting|blocked|sue|harass\w*|illegal)",
            weight=-3,
        ),
    )
)
