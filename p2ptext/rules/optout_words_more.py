"""The standard words and the commonest phrases of eight more languages.

Portuguese, Vietnamese, Chinese (both scripts), Korean, Haitian Creole, Tagalog, Arabic, Russian.
Written here as people write them; `optout` brings them and the text to the same plain letters.
Words count as the whole message; phrases anywhere, in scripts without blanks as they stand.
"""

STOP_WORDS: dict[str, str] = {
    "pt": "parar|pare|para já|sair|cancelar|cancela|cancele|remover|remova|me remova|descadastrar"
    "|descadastre|chega|basta|"
    "excluir|desinscrever|cancelar inscrição|não quero mais|sem mais mensagens|interromper|encerrar"
    "|para de mandar mensagem",
    "vi": "dừng|dừng lại|ngừng|ngưng|hủy|huỷ|hủy đăng ký|thôi|thôi đi|từ chối|dung lai|huy|ngung"
    "|ngung lai|xóa|bỏ|không nhận|huy bo|hủy bỏ|"
    "stop nhắn tin|đừng nhắn nữa|chấm dứt",
    "zh": "停|停止|停止发送|停止發送|停止发短信|退订|退訂|退定|取消|取消订阅|取消訂閱|不要|不要发"
    "|不要發|不要再发|不要再發|别发了|別發了|别再发了|別再發了|"
    "拒收|删除|刪除|移除|终止|終止|结束|結束|td|退出|勿扰|勿擾|请勿打扰|請勿打擾|请停止|請停止"
    "|不再接收|别发|別發|停止短信|停止簡訊|取消短信|不需要|够了|夠了|退",
    "ko": "중지|중단|정지|그만|그만해|그만해요|그만하세요|그만 보내세요|그만보내|멈춰|멈춰요"
    "|멈추세요|취소|수신거부|수신 거부|거부|해지|구독취소|구독 취소|삭제|"
    "탈퇴|종료|스톱|스탑|끝|중지해 주세요|중지해주세요|중단해 주세요|그만 좀",
    "ht": "sispann|kanpe|rete|fini|anile|retire m|wete m|efase m|stop sa|ase|sispan|sispann sa"
    "|kanpe sa|dezabone|pa ekri m ankò|annile|retire mwen|wete mwen",
    "tl": "itigil|tigil|tigilan|itigil na|tigil na|tama na|tama na po|ihinto|hinto|huminto|wag na"
    "|huwag na|ayoko na|ayaw ko na|alisin|kanselahin|"
    "tanggalin|tumigil|itigil mo na|itigil nyo na|tigilan niyo na|tigilan nyo na|ayoko na po|stop na"
    "|stop na po|paki stop|pakitigil",
    "ar": "توقف|توقفوا|قف|إيقاف|ايقاف|أوقف|اوقفوا|أوقفوا|الغاء|إلغاء|إلغاء الاشتراك|الغاء الاشتراك"
    "|ألغ|الغي|كفى|كفاية|خلاص|انهاء|إنهاء|إزالة|احذف|احذفني|احذفوني|"
    "أزلني|وقف|وقفوا|ستوب|بس|لا تراسلني|رفض|حذف",
    "ru": "стоп|хватит|прекратите|прекрати|перестаньте|отпишите|отписаться|отписка|отпишите меня"
    "|отмена|отменить|удалить|удалите|удалите меня|конец|"
    "не надо|остановите|остановить|достаточно|довольно|отстаньте|отказ|прекратить|отмените|стопп",
}
"""Whole messages, parted by bars."""

# “Stop” may hide in these, but alone they are only “no” or “enough”: a person looks.
PERHAPS_WORDS: dict[str, str] = {
    "zh": "不要|不需要|够了|夠了",
    "ar": "بس|خلاص|رفض",
    "ht": "ase|fini",
    "ru": "не надо|конец",
    "vi": "thôi|bỏ|thôi đi|huy|xóa",
    "ko": "끝|거부",
    "pt": "chega|não quero mais",
}
"""Those of them that are no more than a refusal."""

START_WORDS = "começar|bắt đầu|开始|開始|시작|kòmanse|simulan|ابدأ|начать|старт"
HELP_WORDS = "ajuda|trợ giúp|giúp|帮助|幫助|도움말|도움|èd|tulong|مساعدة|помощь"

LATIN_PHRASES: tuple[tuple[str, str, str, str, str], ...] = (
    # tier, slug, reason, words that have to be there, pattern (letters without accents)
    (
        "auto",
        "pt_parem",
        "They ask for the texts to stop (Portuguese)",
        "pare parem para parar chega deix cess nao suspend",
        r"(?:par(?:e|em|a|ar)|deix(?:e|em|a)|cess(?:e|em)|chega) (?:de|com) (?:me |nos "
        r"|ficar )?(?:(?:os|as|esses|essas|suas|seus|me|de|tantas) )?"
        r"(?:mand\w*|envi\w*|escrev\w*|contat\w*|mensag\w*|perturb\w*|incomod\w*|ligar|texto\w*"
        r"|encher|sms)",
    ),
    (
        "auto",
        "pt_nao_mande",
        "They ask not to be texted (Portuguese)",
        "nao nunca sem pedi disse falei",
        r"(?:nao|nunca) (?:me |nos |quero (?:mais )?(?:que )?(?:me )?|desejo (?:mais )?|voltem? a "
        r"|precisa )?(?:mais )?(?:mand(?:e|em|ar)|envi(?:e|em|ar)|escrev(?:a|am|er)|"
        r"contat(?:e|em|ar)|contact(?:e|em|ar)|perturb(?:e|em|ar)|incomod(?:e|em|ar)|receb(?:er|a)"
        r"|mensag\w*|(?:entr(?:e|em|ar) (?:mais )?em )?contat\w*)|(?:pedi|disse|falei"
        r"|ja)(?: \w+){0,3} (?:parar|parem?|sair|remov\w*)",
    ),
    (
        "auto",
        "pt_nao_quero",
        "They do not want the texts (Portuguese)",
        "nao mais quero",
        r"nao quer(?:o|emos) (?:mais )?(?:\w+ )?(?:receber|mensag\w*|sms|textos|essas|estas|suas)"
        r"|(?:chega de|sem mais|nao mais) (?:mensag\w*|sms|textos)",
    ),
    (
        "auto",
        "pt_remova",
        "They ask to be taken off (Portuguese)",
        "tire tira remo excl apag delet elim retir desc desi sair cancel saia",
        r"(?:me |nos )(?:tir(?:e|em|a|ar)|remov(?:a|am|er|e)|exclu(?:a|am|ir)|apag(?:ue|uem)"
        r"|retir(?:e|em|ar)|descadastr\w*|desinscrev\w*)|"
        r"(?:tir(?:e|em|a|ar)|remov(?:a|am|er)|exclu(?:a|am|ir)|apag(?:ue|uem|ar)|delet(?:e|em|ar)"
        r"|elimin(?:e|em|ar)|retir(?:e|em|ar))(?: me)? "
        r"(?:o )?(?:meu|este|esse|nosso|da (?:sua )?lista|me) ?(?:numero|nome|telefone|contato"
        r"|celular)?|descadastr\w*|"
        r"(?:quero|como|gostaria de)(?: \w+){0,2} (?:sair|cancelar|saio)(?: (?:da|dessa|desta|de"
        r"|a))? (?:lista|inscricao|mensagens|grupo|isso)",
    ),
    (
        "auto",
        "pt_em_paz",
        "They ask to be left alone (Portuguese)",
        "deix",
        r"(?:me )?deix(?:e|em|a)(?: me)? em paz",
    ),
    (
        "review",
        "pt_talvez",
        "They may want no more texts (Portuguese)",
        "inte nunc bloq denu faleceu morr ligar ligue enche cans processar spam tenho saco vai",
        r"nao (?:tenho|estou|me|ha) ?(?:\w+ )?interes\w*|nunca (?:me )?(?:cadastr\w*|inscrev\w*"
        r"|autorizei|dei)|(?:vou |te |estou |irei )(?:bloque(?:ar|ando|ado|io)|denunci\w*|"
        r"process(?:ar|o))|faleceu|morreu|(?:cansad|chei)[oa] (?:dess|dest|das mensag)\w*"
        r"|pare[m]? de (?:me )?ligar|nao (?:me )?ligue\w*|saco cheio|que saco|vai (?:pra|a|tomar"
        r"|se)(?: \w+)? ?(?:merda|puta|foder|cu|inferno)",
    ),
    (
        "auto",
        "vi_dung",
        "They ask for the texts to stop (Vietnamese)",
        "dung ngun ngung khon xoa bo huy lam thoi xin cham",
        r"(?:dung|ngung|thoi|cham dut|khong|xin dung|khong duoc)(?: \w+){0,2}? (?:nhan|gui|lien lac"
        r"|lam phien|goi dien|quay ray|nhan tin|text|spam)(?: (?:tin|cho|toi|"
        r"minh|nua|em|tin nhan|den|toi nua|qua))+|(?:dung|ngung) (?:co )?(?:nhan tin|gui tin"
        r"|lam phien|nhan|gui)|khong muon (?:nhan|bi|co)(?: \w+){0,3} (?:tin|tin nhan|"
        r"phien|them)|(?:xoa|bo|go|loai|rut|huy)(?: \w+){0,3} (?:ten|so|toi|minh"
        r"|dang ky)(?: \w+){0,4}(?: (?:danh sach|dien thoai|toi|ra|di|khoi))?|de toi yen|"
        r"huy dang ky|dung lien he",
    ),
    (
        "review",
        "vi_co_le",
        "They may want no more texts (Vietnamese)",
        "quan chan phien bao qua mat nham dung cut dang bien",
        r"(?:khong|chua)(?: \w+)? dang ky|cut (?:di|ngay)|bien di|khong quan tam|lam phien|bao cao"
        r"|da (?:qua doi|mat|chet)|chan so|phien qua|dung goi|(?:toi )?chan (?:ban|so|qua)",
    ),
    (
        "auto",
        "ht_sispann",
        "They ask for the texts to stop (Haitian Creole)",
        "sisp kanp rete pa wete reti efas kite mete anil tire sote bliye dezabone",
        r"(?:sispann|sispan|kanpe|rete|fini) (?:ak |voye|ekri|mesaj|tekste|rele|anmede|deranje"
        r"|nwi)\w*(?: \w+){0,2}|"
        r"pa (?:janm )?(?:voye|ekri|tekste|kontakte|anmede|deranje|nwi|fatige|texte|tex"
        r"|rele m ni)(?: m| mwen| nou| mesaj| anko| teks)+|"
        r"(?:mwen |m )?(?:pa|p) (?:vle|bezwen) (?:resevwa|mesaj|okenn|plis|tande|jwenn|nou ekri"
        r"|ou ekri)(?: \w+){0,2}|(?:pa vle|pa voye|plis) mesaj|"
        r"(?<!yo )(?:wete|retire|efase|tire|elimine|siprime)(?: m| mwen| non| nimewo| telefon| nou)+"
        r"|kite (?:m|mwen)(?: an)? ?(?:anpe|trankil|repo|pou kont)\w*|"
        r"(?:mwen |m )vle (?:soti|sispann|dezabone)|dezabone|pa mesaj anko|bliye nimewo",
    ),
    (
        "review",
        "ht_petet",
        "They may want no more texts (Haitian Creole)",
        "enter pa mouri rapo bloke rele moun ale",
        r"ale (?:fe|chye|vou)(?: \w+)?|pa entere\w*|(?:li )?mouri|bloke (?:w|ou|nimewo)|pa rele"
        r"|(?:pa janm|pa t janm) (?:enskri|bay|dakò)\w*|ap (?:rapote|denonse)",
    ),
    (
        "auto",
        "tl_itigil",
        "They ask for the texts to stop (Tagalog)",
        "itig tigi huwa wag tama ayok ayaw alis tang bura luba paki stop ihin tuma delete remove "
        "hind huwag",
        r"(?:i?tigil(?:an)?|ihinto|tumigil|hinto|tigilan|pakitigil|itgil)(?: \w+){0,5}? (?:text\w*"
        r"|pagte\w*|pag|mensahe|message\w*|kaka\w*|pagpapadala|ako|kami|yan|ito|sms|mo|nyo|niyo)|"
        r"(?:huwag|wag)(?: \w+){0,4}? (?:i ?text|mag ?(?:text|message|padala|send)|text|padalhan"
        r"|istorbohin|guluhin|kontakin|itext|tetext|mensahe|imessage|magtext|magpadala|"
        r"magmessage|contact\w*|abalahin|kulitin|send\w*|magsend|mangulit)|tama na(?: po)? (?:ang "
        r"|ng |yung |sa )?(?:text|kaka\w*|mensahe|pag\w*|message)|"
        r"(?:ayoko|ayaw)(?: \w+){0,4}? (?:tumanggap|makatanggap|text\w*|mensahe|message\w*|sms"
        r"|padalhan|matanggap|nyan|marinig)|"
        r"(?:pa?ki)?(?:alis|tanggal|bura|delete|remove|erase)(?:in|hin)?(?: (?:nyo|niyo|mo|na|po|ang"
        r"|yung|ako|ninyo|lang|sa|ng|mga|nga|naman)){0,6} (?:number|numero|pangalan|ako|listahan|ko"
        r"|aking|list)|"
        r"stop(?: (?:na|po|nyo|niyo|mo|ang|yung|sa|kaka|nga|lang)){1,5} ?(?:pag|kaka)? ?(?:text"
        r"|message|send|padala)\w*|lubayan (?:nyo|niyo|mo|ninyo)|(?:wag|huwag)(?: na)? (?:kayo|po"
        r"|kayong|ninyo)(?: \w+)? (?:mag|nang|i)\w*",
    ),
    (
        "review",
        "tl_baka",
        "They may want no more texts (Tagalog)",
        "inte kuli isto namat nakakai maku irep block hind di pata wag huwag tawag",
        r"(?:hindi|di|wala)(?: \w+){0,2} interes\w*|(?:ang )?kulit|nakaka(?:inis|istorbo|irita)\w*"
        r"|namatay|patay na|pumanaw|ire?port|ib?block|"
        r"hindi(?: naman| po)* ako (?:nag ?sign|pumayag|nagbigay)|hindi ko (?:binigay|ibinigay)",
    ),
)
"""Phrases in Latin letters."""

OTHER_PHRASES: tuple[tuple[str, str, str, str], ...] = (
    # tier, slug, reason, pattern on the flattened text as it stands
    (
        "auto",
        "zh_stop",
        "They ask for the texts to stop (Chinese)",
        "(?:不要|别|別|请勿|請勿|勿|不准|停止|不许|不許|甭|莫)(?:再|继续|繼續|一直|老是|随便"
        "|隨便)?(?:给|給|跟|向|对|對)?(?:我|我们|我們|这个号码"
        "|本人)?(?:再)?(?:发|發|傳|传|联系|聯繫|聯絡|联络|打扰|打擾|骚扰|騷擾|寄|发送|發送|"
        "推送|短信|簡訊|烦|煩|讯息|訊息|消息)"
        "|(?:不想|不愿|不願|不希望|不要|拒绝|拒絕|不需要|不)(?:再|想)?(?:继续|繼續)?(?:收到|接收"
        "|接到|收|看到)(?:你|这|這|任何|短信|簡訊|信息|訊息"
        "|讯息|消息|您|了|此|那|到)"
        "|(?:删除|刪除|移除|去掉|删掉|刪掉|除名|拿掉|取消|删|刪|移出)(?:掉)?(?:我|我的|本人|这个"
        "|這個|此)(?:的)?(?:号码|號碼|电话|電話|名字|联系"
        "|聯絡|资料|資料|信息|手机|手機|名单|名單|订阅|訂閱)?"
        "|把我(?:的)?(?:号码|號碼|名字|电话|電話|手机号|資料|资料)?(?:从|從|自|给|給"
        "|在)?.{0,24}(?:删|刪|移|去|拿|除|踢|剔)"
        "|退订|退訂|取消(?:我的)?(?:订阅|訂閱|短信|簡訊|订閱)|(?:放过|放過)我|别来烦|別來煩"
        "|从(?:名单|列表).{0,6}(?:删|移|除)|從(?:名單"
        "|列表).{0,6}(?:刪|移|除)|让我退出|讓我退出|我要退出|忘(?:了|掉)我的(?:号码|號碼)",
    ),
    (
        "review",
        "zh_perhaps",
        "They may want no more texts (Chinese)",
        "没有?兴趣|沒有?興趣|不感兴趣|不感興趣|骚扰|騷擾|举报|舉報|检举|檢舉|投诉|投訴|拉黑|封锁|封鎖"
        "|黑名单|黑名單|去世|过世|過世|死了|滚|滾|别打|別打|不要打电话"
        "|不要打電話|律师|律師|垃圾短信|垃圾簡訊|烦死|煩死|又是你|怎么又|怎麼又|够了|夠了"
        "|没有?(?:订阅|同意|注册)|沒有?(?:訂閱|同意|註冊)|屏蔽|吵死",
    ),
    (
        "auto",
        "ko_stop",
        "They ask for the texts to stop (Korean)",
        "(?:문자|메시지|메세지|연락|카톡|톡|스팸|이런 ?거|전화나 ?문자|더 ?이상|다시는?|제발|이제"
        "|앞으로|저한테|나한테|그만)(?:를|을|는|은|도|좀|들"
        "|하지)?.{0,24}(?:보내지|하지 ?(?:마|말)|그만|말아|마세요|마십시오|중단|중지|멈|끊|거부|사절)"
        "|보내지 ?(?:마|말|않)|연락하지 ?(?:마|말)|문자하지 ?(?:마|말)|(?:그만) ?(?:보내|문자|연락"
        "|하세요|해|좀|괴롭)|수신 ?거부"
        "|(?:받고) ?싶지 ?않|받기 ?싫|원하지 ?않(?:습니다|아요|음).{0,12}$|(?:문자|메시지|메세지"
        "|연락).{0,20}(?:원치|원하지|싫|필요 ?없"
        "|받지 ?않)"
        "|(?:명단|목록|리스트|번호|이름|연락처|데이터|저를|절|제 ?정보|나를|날).{0,24}(?:빼|삭제"
        "|지워|제외|제거|없애)|구독 ?(?:취소|해지)"
        "|(?:내버려|놔) ?두|귀찮게 ?하지|괴롭히지|방해하지",
    ),
    (
        "review",
        "ko_perhaps",
        "They may want no more texts (Korean)",
        "관심 ?(?:없|이 ?없)|신고|차단|고소|변호사|돌아가셨|사망|죽었|스팸|꺼져|귀찮|짜증|전화하지"
        "|(?:신청|동의|가입|등록|구독|허락)한 ?적|불쾌",
    ),
    (
        "auto",
        "ar_stop",
        "They ask for the texts to stop (Arabic)",
        "(?:لا|ما|بلا|مش|لن|رجاء لا|بلاش) ?(?:(?:عاد|تقوموا|تقم|تستمر|تستمروا"
        "|تعيدوا) )?(?:ب)?(?:ترسل\\w*|تراسل\\w*|ترسلو\\w*|تبعت\\w*|تبعث\\w*|ت?تواصل\\w*|تكتب\\w*"
        "|تزعج\\w*|رسايل|رسائل|"
        "تتصلوا? (?:او|أو|ولا|ب\\w+) (?:ترسل\\w*|تراسل\\w*))"
        "|(?:لا|ما|مش|لم اعد|لست) ?(?:اريد|ارغب|اود|بدي|ابغي|ابي|عايز|عاوز|عايزه|ابغا"
        "|نريد)(?: \\w+){0,4} (?:رسايل\\w*|رسائل\\w*|رسال\\w*|استلام|تلقي|استقبال|تواصل|اي شيء|منكم"
        "|الرسائل|هذه|تتواصل\\w*|تراسل\\w*|ترسل\\w*|مسجات)"
        "|(?:توقف\\w*|اوقف\\w*|وقف\\w*|كفي|كف|بطل\\w*|ايقاف|خلص|كفايه|يكفي)(?: \\w+){0,2} (?:عن |من "
        "|بعت |ارسال|الرسايل|الرسائل|مراسل\\w*|رسائل\\w*|هذه الرسائل|ازعاج\\w*|الارسال|المراسل\\w*"
        "|رسايل|ال\\w*رسايل|تبعت\\w*|ترسل\\w*|تراسل\\w*)"
        "|(?:احذف\\w*|امسح\\w*|ازيل\\w*|ازل|ازلني|شيل\\w*|الغ\\w*|حذف|ازاله|الغاء|اشطب\\w*|شطب"
        "|مسح)(?: \\w+)? (?:رقم\\w*|اسم\\w*|ني|من|الاشتراك|اشتراك\\w*|بيانات\\w*|هذا|معلومات\\w*)"
        "|(?:احذف|امسح|ازيلو|شيلو|اخرجو|ازال|احذفو)ني|اتركو?ني|دعو?ني (?:وشاني|و شاني|بسلام|لوحدي"
        "|في حالي)|الغاء الاشتراك|انسو? رقمي|سيبو?ني",
    ),
    (
        "review",
        "ar_perhaps",
        "They may want no more texts (Arabic)",
        "(?:غير|لست|مو|مش) مهتم\\w*|لا يهمني|ابلغ عن|سابلغ|بلاغ|حظر\\w*|محام\\w*|الشرطه|توفي\\w*"
        "|متوفي|مات|ازعاج|لا تتصل\\w*|مزعج\\w*|لم اشترك|لم اسجل|سبام|شكوي",
    ),
    (
        "auto",
        "ru_stop",
        "They ask for the texts to stop (Russian)",
        "(?:не|прекратите|прекрати|перестаньте|перестань|хватит|больше не|не надо|не нужно"
        "|никогда не|нельзя|не смейте)(?: (?:мне|нам|больше|надо|нужно|смейте|вздумайте|ему|ей|сюда"
        "|уже|"
        "меня|на этот номер|пожалуйста|эти|свои|ваши|все)){0,4} (?:пиши(?:те)?|писать|присыла(?:йте"
        "|й|ть)|слать|шли(?:те)?|отправля(?:йте|й|ть)|беспокой(?:те)?|беспокоить|"
        "сообщен\\w*|смс|рассылк\\w*|спамить|спам\\w*|связыва(?:йтесь|ться)|контактир\\w*|доставать"
        "|тревож\\w*|присылать)"
        "|(?:не|больше не)(?: \\w+){0,2} (?:хочу|хотим|желаю|хотел\\w* бы)(?: \\w+){0,3} (?:получать"
        "|сообщен\\w*|смс|писем|рассылк\\w*|чтобы|писали|слышать)"
        "|не (?:хочу|желаю) (?:получать|больше|ваших|ваши)"
        "|(?:удалите|удали|уберите|убери|вычеркните|исключите|сотрите|отпишите|снимите|отключите"
        "|выпишите|забудьте|потеряйте)(?: \\w+){0,3} (?:меня|мой|номер\\w*|нас|списк\\w*|этот|базы"
        "|рассылк\\w*|телефон|контакт)"
        "|отпи(?:шите|саться|сываюсь|сать|шусь)|отказываюсь от|оставьте (?:меня|нас) в покое"
        "|отмен\\w* (?:подписк|рассылк)\\w*|никаких (?:больше )?(?:сообщен|смс)\\w*|(?:без"
        "|больше) (?:сообщений|смс)(?: больше)?",
    ),
    (
        "review",
        "ru_perhaps",
        "They may want no more texts (Russian)",
        "не интерес\\w*|неинтерес\\w*|отвали\\w*|отстан\\w*|достали|надоел\\w*|заблокир\\w*"
        "|блокиру\\w*|жалоб\\w*|пожал\\w*|полици\\w*|адвокат\\w*|\\bсуд\\b|умер\\w*|скончал\\w*"
        "|спам\\w*|"
        "(?:не|никогда не) (?:давал|подпис|соглаш|регистр)\\w*|иди(?:те)? (?:на|к)|домогат\\w*",
    ),
)
"""Phrases in other scripts, looked for only where such letters stand."""

WRONG_NUMBER = (
    "打错|打錯|错号|號碼錯|号码错|發錯|发错|不是本人|找错|找錯|잘못|번호 ?틀|아닙니다 ?번호|خطا"
    "|رقم غلط|ошиблись|не тот номер|не туда|неправильный номер|номером ошиб"
)
"""“Wrong number” in other scripts."""
