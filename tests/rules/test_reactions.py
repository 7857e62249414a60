"""Reactions that arrive as words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from p2ptext.rules.reactions import Reaction, read


@pytest.mark.parametrize(
    ("text", "kind", "emoji", "quoted"),
    [
        ("Liked “Hi Maria. Reply STOP to end”", "like", "👍", "Hi Maria. Reply STOP to end"),
        ('Loved "Hi"', "love", "❤️", "Hi"),
        ("Disliked “Hi”", "dislike", "👎", "Hi"),
        ("Laughed at “Hi”", "laugh", "😂", "Hi"),
        ("Emphasized “Hi”", "emphasize", "‼️", "Hi"),
        ("Emphasised “Hi”", "emphasize", "‼️", "Hi"),
        ("Questioned “Hi”", "question", "❓", "Hi"),
        ("Liked “Hi, this is Amy from…”", "like", "👍", "Hi, this is Amy from"),
        ("Liked “Hi, this is Amy from...", "like", "👍", "Hi, this is Amy from"),
        ("Liked “two\nlines”", "like", "👍", "two\nlines"),
        ("Liked “he said “no” to me”", "like", "👍", "he said “no” to me"),
        ("Loved an image", "love", "❤️", ""),
        ("Reacted 😂 to “Hi”", "emoji", "😂", "Hi"),
        ("Reacted 👨‍👩‍👧 to “Hi”", "emoji", "👨‍👩‍👧", "Hi"),
        ("Reacted with a sticker to “Hi”", "emoji", "", "Hi"),
        ("Reacted 👍🏽 to an image", "emoji", "👍🏽", ""),
        ("Removed a like from “Hi”", "removed", "", "Hi"),
        ("Removed an exclamation from “Hi”", "removed", "", "Hi"),
        ("Removed 👍 from “Hi”", "removed", "👍", "Hi"),
        ("👍 to “Hi”", "emoji", "👍", "Hi"),
        ("\u200a👍\u200a to “\u200aHi there\u200a” ", "emoji", "👍", "Hi there"),
        ("\u200b❤️\u200b to “\u200bHi\u200b”", "emoji", "❤️", "Hi"),
        ("Le gustó “Hola”", "like", "👍", "Hola"),
        ("Le encantó una imagen", "love", "❤️", ""),
        ("No le gustó “Hola”", "dislike", "👎", "Hola"),
        ("Se rió de “Hola”", "laugh", "😂", "Hola"),
        ("Exclamó por “Hola”", "emphasize", "‼️", "Hola"),
        ("Preguntó por “Hola”", "question", "❓", "Hola"),
        ("Reaccionó con 😂 a “Hola”", "emoji", "😂", "Hola"),
        ("👍 a “Hola”", "emoji", "👍", "Hola"),
        ("A aimé « Bonjour »", "like", "👍", "Bonjour"),
        ("A adoré une image", "love", "❤️", ""),
        ("N’a pas aimé « Bonjour »", "dislike", "👎", "Bonjour"),
        ("A réagi avec 👍 à « Bonjour »", "emoji", "👍", "Bonjour"),
        ("❤️ à « Bonjour »", "emoji", "❤️", "Bonjour"),
        ("Gostou de “Oi”", "like", "👍", "Oi"),
        ("Não gostou de “Oi”", "dislike", "👎", "Oi"),
        ("Amou “Oi”", "love", "❤️", "Oi"),
        ("A Maria le gustó “Hola”", "like", "👍", "Hola"),
        ("A Maria le gusto “Hola”", "like", "👍", "Hola"),
        ("A Ana le encantó “Hola, soy Amy…”", "love", "❤️", "Hola, soy Amy"),
        ("A Ana le encantó “Hola, soy Amy…", "love", "❤️", "Hola, soy Amy"),
        ("A Ana le encantó “Hola, soy Amy”…", "love", "❤️", "Hola, soy Amy"),
        ("A María de los Ángeles no le gustó “Hola”", "dislike", "👎", "Hola"),
        ("A José Luis le ha gustado una imagen", "like", "👍", ""),
        ("A Ana le dio risa “Hola”", "laugh", "😂", "Hola"),
        ("Maria se rió de “Hola”", "laugh", "😂", "Hola"),
        ("Maria enfatizó “Hola”", "emphasize", "‼️", "Hola"),
        ("Maria cuestionó “Hola”", "question", "❓", "Hola"),
        ("Maria reaccionó con 😂 a “Hola”", "emoji", "😂", "Hola"),
        ("Maria quitó un me gusta de “Hola”", "removed", "", "Hola"),
        ("Maria a aimé « Bonjour »", "like", "👍", "Bonjour"),
        ("Maria a aimé « Bonjour, ici Amy…", "like", "👍", "Bonjour, ici Amy"),
        ("Jean-Luc n’a pas aimé « Bonjour »", "dislike", "👎", "Bonjour"),
        ("Maria a réagi avec 👍 à « Bonjour »", "emoji", "👍", "Bonjour"),
        ("Ana gostou de “Oi, aqui é a Amy…”", "like", "👍", "Oi, aqui é a Amy"),
        ("Ana não gostou de “Oi”", "dislike", "👎", "Oi"),
        ("Ana da Silva adorou “Oi”", "love", "❤️", "Oi"),
    ],
)
def test_shapes(text: str, kind: str, emoji: str, quoted: str) -> None:
    assert read(text) == Reaction(kind, emoji, quoted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Liked",
        "👍",
        "Liked your speech",
        "I liked “Hi”",
        "Liked “Hi” but stop",
        "Loved it, see you there",
        "Questioned by the police",
        "“Hi”",
        "STOP “Hi”",
        "no to “Hi”",
        "stop 👍 to “Hi”",
        "My sister liked “Hi”",
        "A mi mamá le gustó “Hola”",
        "Ella reaccionó con 😂 a “Hola”",
        "Elle a aimé « Bonjour »",
        "Ela gostou de “Oi”",
        "A Maria le gustó su mensaje",
        "A Maria le gustó “Hola” pero no escriba más",
    ],
)
def test_own_words_are_no_reaction(text: str) -> None:
    assert read(text) is None


@given(
    st.sampled_from(
        [
            "Liked “{}”",
            "Loved “{}”",
            'Emphasized "{}"',
            "Le gustó “{}”",
            "A Ana le gustó “{}”",
            "A aimé « {} »",
        ]
    ),
    st.text(),
)
def test_whatever_is_quoted_is_a_reaction(shape: str, quoted: str) -> None:
    assert read(shape.format(quoted)) is not None


@pytest.mark.parametrize("piece", ["“", "Liked “", "👍", " ", "removed a ", "…", "A Ana ", "Ana "])
def test_long_texts_take_no_longer(piece: str) -> None:
    assert read(("Liked " + piece * 20_000)[:20_000] + "x") is None
