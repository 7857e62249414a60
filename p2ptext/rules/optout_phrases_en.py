"""Clear requests to stop in English, as grammar: a verb of ending, removing or refusing, and its object."""

from p2ptext.rules.optout_parts_en import (
    AT_TIMES,
    DATA,
    DONT,
    DUTY,
    FILL,
    FROM_TEXTS,
    ME,
    MINE,
    NOT_DUTY,
    NOT_NOT,
    ON_LISTS,
    OUT_OF_TEXTS,
    OVER,
    SENT,
    TEXT,
    TEXTED,
    WRITE,
)
from p2ptext.rules.optout_rule import Rules, rule

_STOP_TEXTS = "They ask for the texts to stop"
_NOT_TEXTED = "They ask not to be texted"
_NOT_WANTED = "They do not want the texts"
_TAKEN_OFF = "They ask to be taken off"
_ALONE = "They ask to be left alone"
_LEFT = "They opt out"
_SAID_STOP = "They say “stop”"

AUTO = Rules(
    (
        rule(
            "stop_texts",
            _STOP_TEXTS,
            "stop stopping quit",
            r"(?:stop|quit) annoying (?:me|us|my|people)",
            rf"{NOT_NOT}(?:stop|stopping|quit) (?!to ){FILL}(?:text(?! and driv| while| behind"
            rf"| at the wheel)|sms|contact|email"
            rf"|communicat\w*|notif\w*|alerts?|solicitations?|correspond\w*|spam|reminders?)",
            rf"{NOT_NOT}(?:stop|stopping|quit) {FILL}send {SENT}",
            r"if (?:you|this|it|these|they) (?:dont|wont|doesnt|cant) stop|unless you stop",
            rf"(?:stop|stopping|quit) {FILL}send{OVER}",
            rf"(?:stop|stopping|quit) {FILL}bother (?:me|us|my|people|this|voters|folks|everyone)",
            rf"(?:stop|stopping|quit) {FILL}bother{OVER}",
            rf"(?:stop|quit) {FILL}(?:writing|write|hitting|reaching out|messing|hitting up"
            rf"|talking) ?(?:to |with )?"
            r"(?:me|us|this)",
            r"(?:stop|quit) (?:blow\w*|light\w*|fill\w*|clog\w*) up (?:my|our|this)",
            rf"(?:stop|quit) (?:using|having|sharing|selling|giving out) my (?:\w+ )?{DATA}",
            r"quit and quit",
            r"(?:stop|quit) (?:hitting|blowing|lighting|ringing) (?:up )?(?:my|our) (?:phone|number"
            r"|line)",
        ),
        rule(
            "said_stop",
            _SAID_STOP,
            "stop quit unsubscribe optout end cancel asked requested means",
            r"(?<!if )(?<!when )(?<!could )(?<!can )(?<!do )(?:i|ive|already|we|have"
            r"|times) (?:\w+ ){0,2}(?:said|replied|texted|wrote|typed|sent|responded|"
            r"answered|told|asked|requested|say|saying|text|reply|asking|telling|clicked|put|hit"
            r"|pressed|tried|chose)"
            r"(?: (?:you|this|to|the|word|text|already|people|multiple|many|times|it|yall|with"
            r"|please|back|several|number|"
            r"twice|three|your|please|three times|a|dozen|for|your|team)){0,5}"
            r" (?:stop|quit|unsubscribe|end|optout|cancel)",
            r"(?:what|which) part of (?:\w+ )?stop",
            r"no means no",
            r"(?:asked|requested|demanded|told you)(?: \w+){0,4} (?:to be |be )?(?:removed"
            r"|off)(?! (?:the ballot|from office))",
            r"(?:were|been|was|are) (?:told|asked)(?: \w+){0,3} to (?:stop|quit)|times? (?:saying"
            r"|asking|i say|telling|ive said)(?: \w+){0,3} stop",
        ),
        rule(
            "stop_this",
            _STOP_TEXTS,
            "end mind appreciate great nice grateful glad not needs stop quit",
            rf"(?:can|could|will|would|need|want|like|must|tell|make|wish|beg|begging|need)(?: for)? "
            rf"(?:you|this|it|these|text|them|that|him|her)(?: \w+)?(?: to)? (?:stop|quit)(?: (?:it"
            rf"|this|these|now|that|"
            rf"me|all|already|thank\w*|today|ok|okay|anymore|with this|with these)){{0,2}}{OVER}",
            r"make (?:it|this|these|them|that|the text|you) stop",
            rf"(?:please|plz|just|now|so|ok|kindly|must|you to|dammit|need to|again|omg|thanks|but"
            rf"|and|again) stop"
            rf"(?: (?:it|this|these|now|already|all|that)){{0,2}}{OVER}",
            r"(?:^|\. )stop (?=i\b|im\b|ive\b|id\b|ill\b|dont\b|no\b|not\b|we\b|weve\b|wrong\b|who\b"
            r"|never\b"
            r"|already\b|thank|sorry\b|"
            r"me\b(?! if)|my\b|you\b|your\b|nolonger\b|this is\b|enough\b|he\b|she\b|didnt\b|do\b|how\b"
            r"|why\b|remove\b|unsubscribe\b|"
            r"optout\b|stop\b|with\b|it\b|all\b|or\b|before\b|bc\b|because\b|is\b|now\b|end\b|quit\b)"
            r"(?!you (?:can|guys rock|had me)|or go|with the (?:hate|lies))",
            rf"stop (?:it|this|this now|it now|these|with this|with these){OVER}",
            r"stop stop",
            rf"(?:^|\. )(?:stop|quit|unsubscribe)(?: (?:it|this|now|me|these|already|right"
            rf"|with this)){{0,2}}{OVER}",
            rf"(?:voted|moved|interested|registered|decided|done|number|thanks|no|care|you|enough"
            rf"|seriously|omg) stop{OVER}",
            r"text (?:\w+ )?(?:to|should|must|need to|needs to|have to|has to|better|gotta) (?:end"
            r"|stop|quit)",
            r"stop (?:this|these|the|all this|all the|with the|your) (?:nonsense|madness|crap|bs"
            r"|bullshit|shit|harassment|garbage|foolishness|stupidity|junk|mess|bother"
            r"|insanity)(?! (?:in|of|from|at) (?:washington|congress))",
            rf"(?:this|it|that|text|they|these|it all|you)(?: \w+)? (?:needs?|has|have|must|got"
            rf"|should|gotta|better) (?:to )?(?:stop|end|quit|cease)(?: now| today| immediately"
            rf"| please)?{OVER}",
            r"(?:mind|appreciate\w*|great|nice|grateful|glad|thank\w*|kind|helpful|thankful|better"
            r"|wonderful)(?: \w+){0,6} (?:not|didnt|dont|stop|stopped|stopping|quit|wouldnt|never"
            r"|no longer|nolonger) (?:be |being )?(?:text|texted|send|sent|contact|contacted|bother"
            r"|bothered)(?! (?:the|my) (?:bill|ballot))",
        ),
        rule(
            "cancel_texts",
            _STOP_TEXTS,
            "cancel end terminate suspend knock lay kill cut drop ditch ease chill back",
            rf"(?:knock it off|lay off|kill|cut(?: it)? out|cut|drop|ditch|ease up|ease off"
            rf"|chill(?: out)?|back off|slow down|give it a rest|lighten up)"
            rf" (?:with |on |of )?(?:(?:the|these|your|those|this|political|of) ){{0,3}}{TEXT}",
            rf"(?:cancel|end|terminate|suspend|deactivate) (?:(?:my|these|the|all|this|your|future"
            rf"|any|further|me|from) ){{0,3}}"
            rf"(?:{TEXT}|subscription|enrollment|membership|messaging|list)",
            rf"cancel me{NOT_DUTY}",
        ),
        rule(
            "do_not_text",
            _NOT_TEXTED,
            "dont never nolonger not quit nobody better",
            rf"(?<!why )(?<!i )(?<!they )(?<!he )(?<!she )(?<!we )(?<!you )(?<!but )\b{DONT}(?: you"
            rf"| want you to| dare| try to| "
            rf"bother to| have to| be| want to be| need to){{0,2}} "
            rf"{WRITE}(?: (?:to|or|and|nor|call|email|contact|text|write|send|up|messages?|at|with"
            rf"|me|any)){{0,5}}"
            rf" {ME}{AT_TIMES}",
            rf"(?<!why )(?<!i )(?<!they )(?<!he )(?<!she )(?<!we )(?<!you )\b{DONT}(?: you| dare"
            rf"| try to){{0,2}} "
            rf"(?:{WRITE}|call)(?: (?:to|or|and|nor|call|email|contact|text|write|send|me|at"
            rf"|with)){{0,4}}"
            rf" (?:anymore|again|any text|more text|{TEXT}){AT_TIMES}",
            rf"(?:^|\. |so |asked |and |said |told you |asking you |you )(?:please )?(?:dont|never"
            rf"|not to) "
            rf"(?:text|contact|bother|disturb|send text|solicit)(?: or call| or email| and call"
            rf"| at all)?{OVER}",
            rf"(?:dont|never|quit|not to) (?:call|email|contact|text) (?:or|and|nor) (?:{WRITE}"
            rf"|call){AT_TIMES}",
            rf"(?:dont|never|quit|not to) (?:keep )?send (?:(?:me|us|any|anymore|more|these|this"
            rf"|your|out|political|my|to)"
            rf" ){{0,4}}(?:{TEXT}|anything|stuff|spam|crap|shit|junk|this|these|it|political|ads?"
            rf"|propaganda|garbage)",
            r"(?:prefer|rather|wish|ask|asking|appreciate|request\w*|(?:asked|told|want"
            r"|like) you)(?: \w+){0,4} (?:not|dont)"
            rf" (?:to )?(?:be )?(?:get |receive )?(?:{TEXTED}|{WRITE})(?! (?:my|the) (?:address"
            rf"|donation|check)| during| while| at| when)",
            rf"not to be {TEXTED}|(?<!got )(?<!is )(?<!was )(?<!have )(?<!had )(?<!receive "
            rf")(?<!there )(?<!with )(?<!see )(?<!get )no text{OVER}",
            r"(?<!i )(?<!we )(?<!they )(?:dont|never|no need to) (?:text|write|contact|reply"
            r"|respond|msg|message) (?:me )?back(?! (?:until|yet|now|right|later|today))",
            r"never ever (?:text|contact)|no need to (?:text|contact|send"
            r"|message)(?: me)? (?:anymore|again|any more)",
            r"you (?:should not|shouldnt|may not|cant|must not|have no right to|are not allowed to"
            r"|better not|need to not)"
            r" (?:be )?(?:text|contact|send)(?: to)? me",
            r"(?:rather|prefer)(?: \w+)? not (?:to )?(?:get|receive|have|be)(?: get| on)? (?:these"
            r"|this|text|them|any|your|more|anymore|political|campaign|a)",
            rf"(?:dont|never|quit) (?:use|using|share|sharing|sell|selling|give out|have|keep) (?:my"
            rf"|this) (?:\w+ )?{DATA}{OVER}|(?:dont|never|quit) (?:use|using|share|sell) (?:my"
            rf"|this) (?:\w+ )?{DATA}",
            rf"(?:^|\. )(?:dont|never) text (?:call|email|mail|write)(?: me| instead)?{OVER}",
        ),
        rule(
            "texts_not_wanted",
            _NOT_WANTED,
            "dont nolonger not never didnt want need good set last better must pass",
            r"(?:dont|nolonger|not|never|didnt|dont ever) (?:want to|want|need|like|care|appreciate"
            r"|care to|need to|enjoy|"
            r"wish to|care for)"
            r"(?: (?:you|your|these|this|any|more|anymore|get|receive|be|have|keep|further|future"
            r"|such|political|campaign|"
            r"those|from|of|for|to|no|the|all|seeing|see|a|on|send|part|this|unsolicited|random"
            r"|being|having|so|many|"
            r"us|other|get any|me)){0,6} "
            rf"(?:{TEXT}|contact|call(?! me)|{TEXTED}|bother|hear(?:ing)? (?:from|anything)"
            rf"|your (?:list|bs|crap|shit))"
            r"(?! (?:right now|from him|yet|to end|to stop))",
            r"(?:dont|nolonger|never|not) (?:want to|want|care to|need to|wish to"
            r"|like to)(?: \w+){0,2} hear(?:ing)? "
            r"(?:from|about|any)(?! (?:him|that|it|them)\b)",
            rf"(?:dont|nolonger|not|never) (?:want to|want|need to|need|care to|wish to)(?: (?:keep"
            rf"|be|continue|to))? (?:receive|get|see)(?: get| receive)?"
            rf" (?:these|this|them|those|it|any|anything|your|more)(?: anymore| of these| of this"
            rf"| more)?{OVER}",
            rf"(?:good|all set|set|pass) (?:on|without) (?:(?:the|these|your|all|any|more"
            rf"|political) ){{0,3}}{TEXT}",
            r"last (?:text|msg|one|message) (?:\w+ )?(?:i|we) (?:better |want to )?(?:want|get"
            r"|receive|see|need|hear)|(?:better|must|should|had better) be the last (?:text|one|time)",
            rf"(?:dont|nolonger) want (?:this|these|it|any|any of (?:this|these|it)|anything|you to"
            rf"|none of this|them)"
            rf"(?: on my phone| anymore| from (?:you|you people|anyone))?{OVER}",
            r"(?:dont|nolonger) want to be (?:on|in|part of) (?:this|your|the|any|these)",
            r"not interested in (?:any |your |these |this |more |get |receive |further "
            r"|political ){0,3}(?:receive|get|text)",
            r"want no (?:more|part)(?: of)?(?: this| these| your| text)?|nolonger (?:interested"
            r"|welcome|wish)",
            r"(?:text|messages?|contact) (?:are|is) (?:not|nolonger|un) ?(?:wanted|welcome|desired"
            r"|needed|appreciated)",
        ),
        rule(
            "no_more",
            _NOT_WANTED,
            "no not without enough nomore zero done finished through",
            rf"no (?:more|further|additional|mas|mo) (?:\w+ ){{0,3}}?(?:{TEXT}|contact|call|email"
            rf"|{TEXTED}|bother|bs|"
            r"of (?:this|these|that|your)|from (?:you|this)|political)",
            rf"(?:^|\. |said |please |good |thanks |thank you |but |and |im |want |so |ok "
            rf"|okay )(?:no|not any) (?:more|further)"
            rf"(?: thank\w*| you| to me| ok| of it| for me| please){{0,3}}{OVER}",
            rf"(?:^|\. |said |please )no (?:text|solicit\w*|bother|spam|contact|sms"
            rf"|unsolicited \w+)(?: \w+)?{OVER}",
            rf"(?:im |am )?(?:done|finished|through) (?:with|getting|receiving|receive|get|reading) "
            rf"(?:(?:these|your|this|all|the|any|political) ){{0,3}}{TEXT}",
            r"enough (?:with|of) (?:\w+ ){0,2}(?:text|spam|sms)",
            rf"(?:zero|no) interest(?:ed)? in (?:\w+ ){{0,3}}(?:{TEXT}|receive|get|hear)",
        ),
        rule(
            "off_the_list",
            _TAKEN_OFF,
            "stay take taken get keep pull kick cut leave put takes taking removed drop cross keep tak "
            "have bump cut",
            rf"(?<!you )(?<!u )(?:take|get|keep|pull|kick|cut|leave|taking|tak|have|want|bump|drop|cross"
            rf"|remove|knock|strike) {MINE} (?:\w+ )?"
            rf"(?:off|of|from|out of|out|removed(?: from)?){NOT_DUTY}{ON_LISTS}",
            rf"(?:take|get|keep|remove) (?:off|from|of) (?:(?:of|the|this|your|all|any|these|text"
            rf"|call|mailing|every|that|you|contact|phone|campaign|sms|calling|ur) ){{0,4}}(?:list"
            rf"|text){NOT_DUTY}",
            r"(?:get|keep|leave|stay|take) (?:the )?(?:hell )?(?:out of|off|away from"
            r"|off of) my (?:phone|inbox|text|line|cell)",
        ),
        rule(
            "remove",
            _TAKEN_OFF,
            "request requesting remove removed exclude drop",
            rf"remove (?:me|us|him|her|them){NOT_DUTY}",
            rf"(?:remove|exclude) {MINE}(?! (?:from|off) (?:\w+ ){{0,3}}{DUTY}){NOT_DUTY}",
            r"remove (?:from|of|off) (?:\w+ ){0,3}(?:list|system|text|everything|contacts?)",
            rf"(?:^|\. |please |you |to |and |so |just |thank\w* |interested |not )remove(?: it"
            rf"| this| that| now| thank\w*|"
            rf" immediately| please| all| them| me| right away| both| this one){{0,3}}{OVER}",
            rf"(?:want|like|need|ask|asked|asking|request\w*|please|have|get|insist|demand\w*|expect"
            rf"|wish|be)"
            rf"(?: (?:to|me|my name|my number|this number|be|get|for|it|my phone|you|that|her|him"
            rf"|this|want)){{1,4}}"
            rf" removed{NOT_DUTY}(?! from (?:office|power|the senate|congress|the ballot))",
            r"request (?:for )?(?:removal|to be removed|deletion)|removal (?:from|please|request)",
            r"exclude (?:me|us|my)",
            rf"be removed(?: off)?(?:{OVER}| from (?:the |your |this |all |these |any "
            rf"|that ){{0,2}}(?:\w+ )?(?:list|text|system|contact|it|this)| off)",
            r"request\w* (?:\w+ )?removal",
        ),
        rule(
            "want_off",
            _TAKEN_OFF,
            "off out",
            rf"(?:want|want to be|want to get|need|need to get|like to be|like|let me|get me|get us"
            rf"|trying to get|try to get|"
            rf"how (?:do|can|to|would|does)(?: i| we| one| you)? (?:get|be|come|go)|wish to be"
            rf"|asked to be|ask to be|"
            rf"keep me|put me|to be|i need)(?: taken| removed)? (?:off|out)(?: of| from)?"
            rf"(?= (?:of |from |the |this |your |these |that |any |all |you |texting |mailing "
            rf"|call ){{0,4}}"
            rf"(?:list|text|chain|thread|campaign|group|subscription|chat|system"
            rf"|spam)\b| (?:of (?:it|all|this|here|these|all this|all of this))?(?:\.|$)|$| now)"
            rf"{NOT_DUTY}",
            rf"(?:^|\. )(?:i |we )?want out(?: of (?:this|these|it|your \w+|all this|the \w+ list"
            rf"|here|the text))?{OVER}|"
            r"(?:^|\. )off list|(?:^|\. )(?:me |my number )?off (?:this|your|the) list",
        ),
        rule(
            "do_not_contact_list",
            _TAKEN_OFF,
            "put add place mark enter register",
            r"(?:put|add|place|mark|enter) (?:\w+ ){1,3}(?:on|to|as|in|into) (?:(?:the|your|a|my"
            r"|that|an) ){0,2}"
            r"(?:dont|dnc|no|optout|internal|blocked|unsubscribe|removal)(?! (?:duty|shift))",
        ),
        rule(
            "lose_number",
            _ALONE,
            "lose loose forget remove ditch trash toss burn dump discard throw block destroy shred lost",
            rf"(?:lose|loose|forget|remove|ditch|trash|toss|burn|dump|discard|throw (?:away|out)"
            rf"|block|destroy|shred|get rid of)"
            rf" (?:(?:my|this|our|the|that|his|her|a|all) ){{1,2}}(?!other|old|previous|wrong"
            rf"|last)(?:\w+ )?(?:{DATA})(?! (?:on file "
            rf"and|so i can))",
            r"(?:^|\. |then |and |so |to |you )block (?:me|my|this number|number)",
            rf"(?:lose|loose|forget|delete) (?:number|you (?:have|had|ever had|got) (?:my"
            rf"|this) number|i exist|me){OVER}",
        ),
        rule(
            "left_alone",
            _ALONE,
            "leave let leaf",
            r"leave (?:me|us|him|her|my \w+|people|this number) (?:\w+ ){0,3}(?:alone|be|in peace)",
            r"leave (?:me|us) out of (?:it|this|these|your|all)",
            rf"let (?:me|us) be{OVER}",
        ),
        rule(
            "opt_out",
            _LEFT,
            "optout optedout",
            r"(?:i|me|im|am|please|want|need to|want to|like to|wish to|trying to|let me|hereby"
            r"|choose to|elect to|opting|"
            r"how (?:do|can|to|does|would)(?: i| one| we)?|we|id|going to|will|gonna|ill|must"
            r"|request to|chose|prefer|"
            r"decided|decide) (?:\w+ )?optout" + OUT_OF_TEXTS,
            rf"^optout{OUT_OF_TEXTS}",
            r"optout(?: (?:of|from) (?:this|these|your|all|the|any|text|future|further|receive|get"
            r"|you))?"
            r"(?= text| list| \.|$| please| thank\w*| now)",
            r"(?:already|i|have|ive|was|we) (?:already |have )?optedout" + OUT_OF_TEXTS,
        ),
        rule(
            "unsubscribe",
            "They unsubscribe",
            "unsubscribe unsubscribed",
            rf"(?<!to )(?<!can )unsubscribe{FROM_TEXTS}",
            r"(?:want to|how to|how (?:do|can) i|trying to|like to|need to|tried to|wish to|asked to"
            r"|i|can you|let me|going"
            r" to) unsubscribe" + FROM_TEXTS,
            r"(?:already|have|was|thought i|ive|i) (?:\w+ )?unsubscribed" + FROM_TEXTS,
        ),
        rule(
            "consent",
            "They take back their consent",
            "permission revoke withdraw withdrawn revoking rescind consent allowed authorized",
            r"(?:revok\w*|withdr\w*|rescind\w*|retract\w*) (?:my |all |any |your |our "
            r"|the ){0,2}(?:\w+ )?(?:permission|agreement)",
            r"(?:dont|do not|nolonger|not|never|didnt) (?:have|give|gave|given|grant|granted|got"
            r"|had)(?: you| anyone| any| my|"
            r" our| ever| your){0,3} permission(?! to (?:vote|speak))",
            r"(?:dont|nolonger) (?:permission|consent|authorize|agree) to (?:receiv\w*|get|any|be"
            r"|this|these|text|your)",
            r"(?:not|never|nolonger) (?:been )?(?:authorized|allowed|permitted) to (?:text|contact"
            r"|send|use|have)",
            r"without my permission.{0,40}\b(?:remove|stop)|no permission to (?:text|contact|use|send)",
            r"permission (?:is |has been |was )?(?:withdrawn|revoked|denied|rescinded|not given"
            r"|not granted)",
        ),
    )
)
"""Clear requests."""
