"""What people say: to which question, in which language."""

import re
from collections.abc import Mapping

Sayings = tuple[str, ...]

_TOPICS = (
    ("method", r"by mail|\bearly\b|in person|election day|how .{0,20}vote|por correo|en persona"),
    ("time", r"what time|\bwhen\b|a qué hora|cuándo"),
    ("ride", r"\bride\b|get there|to the polls|transporte"),
    ("stance", r"count on you|support|vote (for|yes)|contar con|apoya"),
    ("join", r"volunteer|join|phone bank|knock|\bshift\b|sign up|help us|voluntari"),
    ("sign", r"yard sign|letrero"),
    ("bring", r"friend|family|neighbor|remind|amig|famili|vecin"),
    ("helped", r"does that help|answer your question"),
    ("issue", r"want to know|issue|matters|important|\btema|\bimporta"),
)
_GOODBYE = re.compile(r"opted out|no more texts|no longer text|(won't|will not) text|off our list", re.I)
_QUESTION = re.compile(r"[^.!?¿]*\?")


def topic_of(heard: str) -> str:
    """What a text asks: one of the topics, `other` for another question, `closing` where it asks
    nothing, `goodbye` where it says that no more will come."""
    if _GOODBYE.search(heard):
        return "goodbye"
    questions = _QUESTION.findall(heard)
    if not questions:
        return "closing"
    last = questions[-1].lower()
    return next((topic for topic, asks in _TOPICS if re.search(asks, last)), "other")


def answers(then: Mapping[str, Sayings], heard: str, turn: int) -> Sayings:
    """What may be answered to a later text; nothing is silence.

    Nobody thanks for ever: what asks nothing is answered once, at the second turn.
    """
    topic = topic_of(heard)
    if topic == "goodbye" or (topic == "closing" and turn > 2):
        return ()
    return then.get(topic) or (then.get("other", ()) if topic != "closing" else ())


def first_words(heard: str, most: int = 40) -> str:
    """The beginning of a text as phones quote it: whole words, then dots."""
    if len(heard) <= most:
        return heard
    return heard[:most].rpartition(" ")[0].rstrip(",. ") + "…"


ENGLISH: Mapping[str, Sayings] = {
    "stance": ("Yes", "Yes, you can", "Sure", "Of course"),
    "method": (
        "By mail, my ballot is on the kitchen table",
        "Early, at the library, probably Thursday",
        "On Election Day, I like to go in person",
    ),
    "time": ("Around 8, before work", "In the afternoon, when my shift ends", "After 5 I think"),
    "ride": (
        "No thanks, I can walk there",
        "Actually yes, I don't drive anymore",
        "I'm good, my son drives",
    ),
    "join": ("Maybe. What would I do?", "Sure, Saturdays are best", "I'd like to but I have no time"),
    "sign": ("Yes! We have a corner lot", "No thanks, my landlord would not like it"),
    "bring": (
        "My wife and my mother in law",
        "I'll tell my sister",
        "Three people at work already asked me",
    ),
    "issue": ("The schools", "The library, my kids live there", "Rent. It went up again", "The buses"),
    "other": ("I think so", "Not sure, sorry", "Can you tell me more?", "Yes"),
    "closing": ("Thanks!", "Ok, thank you", "Great, thanks", "👍", "You too!"),
}
OPPOSED: Mapping[str, Sayings] = {
    "other": ("No", "No, sorry", "I said no"),
    "closing": ("ok", "Fine. Have a good day"),
}
UNDECIDED: Mapping[str, Sayings] = {
    "issue": (
        "What it would cost me",
        "Taxes to be honest",
        "Whether our branch stays open on weekends",
        "Where the money went last time",
    ),
    "helped": ("Yes, thank you", "It does. You have my vote", "A bit. I'll think about it"),
    "stance": ("I still have to think about it", "Ask me again next week"),
    "other": ("Maybe", "I don't know yet", "What would it cost me a year?"),
    "closing": ("Ok, I'll read that", "Thanks, that helps", "Hm ok"),
}
ASKED: Mapping[str, Sayings] = {
    **ENGLISH,
    "closing": ("Ok thanks", "Ah ok", "Good to know, thanks"),
    "stance": ("Yes", "I guess so", "Probably yes"),
}
"""Of somebody who asked something first."""
CURT: Mapping[str, Sayings] = {"other": ("No.", "Just leave it"), "closing": ("Fine", "ok")}
SORRY: Mapping[str, Sayings] = {"closing": ("No problem", "It's ok, good luck"), "other": ("No, sorry",)}
SILENT: Mapping[str, Sayings] = {}

LANGUAGES: Mapping[str, tuple[Sayings, Mapping[str, Sayings], Sayings]] = {
    "spanish": (
        (
            "Sí, claro que sí",
            "¿Quién es?",
            "No hablo inglés, ¿me puede escribir en español?",
            "Sí, gracias",
        ),
        {
            "method": ("Por correo", "Voy temprano, en persona", "El día de las elecciones"),
            "time": ("Como a las 8 de la mañana", "En la tarde, después del trabajo"),
            "other": ("Sí", "Creo que sí", "No estoy segura"),
            "closing": ("Gracias", "Muchas gracias", "Igualmente"),
        },
        ("ALTO", "No me escriba más, por favor", "Ya no me manden mensajes"),
    ),
    "french": (
        ("Oui, bien sûr", "C'est qui ?", "Je parle mal anglais, vous pouvez écrire en français ?"),
        {"other": ("Oui, je pense", "Je ne sais pas encore"), "closing": ("Merci !", "D'accord, merci")},
        ("ARRET", "Arrêtez de m'écrire s'il vous plaît"),
    ),
    "portuguese": (
        ("Sim, pode contar comigo", "Quem é?", "Não falo inglês, pode escrever em português?"),
        {"other": ("Sim", "Ainda não sei"), "closing": ("Obrigada!", "Obrigado")},
        ("PARAR", "Por favor pare de me mandar mensagens"),
    ),
    "vietnamese": (
        ("Vâng, tôi sẽ đi bầu", "Ai vậy?", "Tôi không nói được tiếng Anh"),
        {"other": ("Vâng", "Tôi chưa biết"), "closing": ("Cảm ơn",)},
        ("DỪNG LẠI", "Đừng nhắn tin cho tôi nữa"),
    ),
    "chinese": (
        ("好的，我会去投票", "你是谁？", "我不会说英语，可以用中文吗？"),
        {"other": ("是的", "还不知道"), "closing": ("谢谢",)},
        ("停止", "请不要再给我发短信"),
    ),
    "korean": (
        ("네, 투표할게요", "누구세요?", "영어를 잘 못해요"),
        {"other": ("네", "아직 모르겠어요"), "closing": ("감사합니다",)},
        ("중지", "문자 보내지 마세요"),
    ),
    "haitian creole": (
        ("Wi, m ap vote", "Kiyès ki ekri m nan?", "Mwen pa pale anglè byen"),
        {"other": ("Wi", "Mwen poko konnen"), "closing": ("Mèsi", "Mèsi anpil")},
        ("SISPANN", "Pa voye mesaj ban mwen ankò"),
    ),
    "tagalog": (
        ("Opo, boboto ako", "Sino po ito?", "Pwede po bang Tagalog?"),
        {"other": ("Opo", "Hindi ko pa alam"), "closing": ("Salamat po",)},
        ("ITIGIL", "Huwag na po kayong mag-text sa akin"),
    ),
    "arabic": (
        ("نعم، سأذهب للتصويت", "من أنت؟", "لا أتكلم الإنجليزية جيدا"),
        {"other": ("نعم", "لا أعرف بعد"), "closing": ("شكرا",)},
        ("توقف", "لا ترسل لي رسائل بعد الآن"),
    ),
    "russian": (
        ("Да, я приду голосовать", "Кто это?", "Я плохо говорю по-английски"),
        {"other": ("Да", "Пока не знаю"), "closing": ("Спасибо",)},
        ("СТОП", "Пожалуйста, больше не пишите мне"),
    ),
}
"""Language -> openings, later answers, ways to ask for no more texts."""
