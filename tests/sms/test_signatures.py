"""Which webhooks are believed."""

import time

import jwt
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from p2ptext.sms.provider import BadClaims, BadSignature, Verified
from p2ptext.sms.vonage import VonageProvider
from tests.sms.wire import APPLICATION, SECRET, key_pair, settings, token

BODY = '{"text": "STOP ¡ya!"}'.encode()
OLD_SECRET = "the secret we are rotating out of use now"
HOUR = 3600
PROVIDER = VonageProvider(settings(vonage_signature_secret_old=OLD_SECRET))


def unsigned() -> str:
    return jwt.encode({"iat": int(time.time()), "jti": "1", "iss": "Vonage"}, None, algorithm="none")


def ago(seconds: float) -> int:
    return int(time.time() - seconds)


CASES = [
    ("good", lambda: token(BODY), Verified),
    ("signed with the secret being rotated out", lambda: token(BODY, OLD_SECRET), Verified),
    ("24 hours old, as a last repeat is", lambda: token(BODY, iat=ago(24 * HOUR)), Verified),
    ("its clock ten minutes ahead", lambda: token(BODY, iat=ago(-600)), Verified),
    ("expired, by a clock ten minutes ahead", lambda: token(BODY, exp=ago(600)), Verified),
    ("no application named", lambda: token(BODY, application_id=None), Verified),
    ("an audience, as in Vonage's test token", lambda: token(BODY, aud=""), Verified),
    ("expires later", lambda: token(BODY, exp=ago(-HOUR)), Verified),
    ("hash in capitals", lambda: token(BODY, payload_hash=hash_of(BODY).upper()), Verified),
    ("another secret", lambda: token(BODY, SECRET + "x"), BadSignature),
    ("an empty secret", lambda: hand_signed(b""), BadSignature),
    ("no algorithm", unsigned, BadSignature),
    ("HS512 with the right secret", lambda: token(BODY, SECRET, "HS512"), BadSignature),
    ("RS256 with our own key", lambda: token(BODY, key_pair()[0], "RS256"), BadSignature),
    ("HS256 with our public key as secret", lambda: hand_signed(key_pair()[1].encode()), BadSignature),
    ("cut short", lambda: token(BODY)[:-4], BadSignature),
    ("claims exchanged", lambda: exchanged(), BadSignature),
    ("words", lambda: "hello", BadSignature),
    ("two dots", lambda: "..", BadSignature),
    ("26 hours old", lambda: token(BODY, iat=ago(26 * HOUR)), BadClaims),
    ("an hour ahead, so that our clock is wrong", lambda: token(BODY, iat=ago(-HOUR)), BadSignature),
    (
        "an hour ahead, over another body",
        lambda: token(BODY + b" ", iat=ago(-HOUR)),
        BadClaims,
    ),
    ("no time", lambda: token(BODY, iat=None), BadClaims),
    ("time as words", lambda: token(BODY, iat="now"), BadClaims),
    ("time as true", lambda: token(BODY, iat=True), BadClaims),
    ("time without end", lambda: token(BODY, iat=float("inf")), BadClaims),
    ("time that is no number", lambda: token(BODY, iat=float("nan")), BadClaims),
    ("expired", lambda: token(BODY, exp=ago(1200)), BadClaims),
    ("expiry as words", lambda: token(BODY, exp="later"), BadClaims),
    ("no id", lambda: token(BODY, jti=None), BadClaims),
    ("id that is a list", lambda: token(BODY, jti=["a"]), BadClaims),
    ("another issuer", lambda: token(BODY, iss="Vonage2"), BadClaims),
    ("no issuer", lambda: token(BODY, iss=None), BadClaims),
    ("another account", lambda: token(BODY, api_key="abcd1234"), BadClaims),
    ("no account", lambda: token(BODY, api_key=None), BadClaims),
    ("another application", lambda: token(BODY, application_id=APPLICATION[::-1]), BadClaims),
    ("no hash", lambda: token(BODY, payload_hash=None), BadClaims),
    ("hash of another body", lambda: token(BODY + b" "), BadClaims),
    ("hash that is not ASCII", lambda: token(BODY, payload_hash="é" * 64), BadClaims),
    ("hash that is a list", lambda: token(BODY, payload_hash=[hash_of(BODY)]), BadClaims),
    ("claims that are a list", lambda: jwt.api_jws.encode(b"[1]", SECRET, "HS256"), BadClaims),
    ("claims that are no JSON", lambda: jwt.api_jws.encode(b"{", SECRET, "HS256"), BadClaims),
    ("claims nested too deep", lambda: jwt.api_jws.encode(b"[" * 9000, SECRET, "HS256"), BadClaims),
]


def hash_of(body: bytes) -> str:
    return jwt.decode(token(body), SECRET, algorithms=["HS256"])["payload_hash"]


def hand_signed(secret: bytes) -> str:
    """A token PyJWT itself would not make."""
    key = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    head, claims, _ = token(BODY).split(".")
    signature = jwt.utils.base64url_encode(key.sign(f"{head}.{claims}".encode(), secret)).decode()
    return f"{head}.{claims}.{signature}"


def exchanged() -> str:
    head, _, signature = token(BODY).split(".")
    return f"{head}.{token(BODY + b'x').split('.')[1]}.{signature}"


@pytest.mark.parametrize(
    ("make", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_tokens(make, expected):
    assert type(PROVIDER.verify(f"Bearer {make()}", BODY)) is expected


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer\0", "  "])
def test_headers_without_a_token(header):
    assert type(PROVIDER.verify(header, BODY)) is BadSignature


def test_scheme_in_any_case_and_with_spaces():
    assert type(PROVIDER.verify(f"bearer  {token(BODY)} ", BODY)) is Verified
    assert type(PROVIDER.verify(token(BODY), BODY)) is BadSignature


def test_no_second_secret_means_none():
    alone = VonageProvider(settings())
    assert type(alone.verify(f"Bearer {token(BODY, OLD_SECRET)}", BODY)) is BadSignature
    assert type(alone.verify(f"Bearer {hand_signed(b'')}", BODY)) is BadSignature


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.one_of(st.none(), st.text(), st.text().map("Bearer {}".format)), st.binary())
def test_no_header_raises_or_is_believed(header, body):
    assert type(PROVIDER.verify(header, body)) is BadSignature


@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            ["iat", "jti", "iss", "payload_hash", "api_key", "application_id", "exp", "nbf"]
        ),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text())),
        min_size=8,
    )
)
def test_no_signed_claims_raise(claims):
    made = jwt.encode({**claims, "iss": "Vonage"}, SECRET, algorithm="HS256") if encodes(claims) else ""
    assert type(PROVIDER.verify(f"Bearer {made}", BODY)) is not Verified


def encodes(claims) -> bool:
    """PyJWT refuses to make some tokens; those are left to the table above."""
    try:
        jwt.encode({**claims, "iss": "Vonage"}, SECRET, algorithm="HS256")
    except (TypeError, ValueError, jwt.PyJWTError):
        return False
    return True
