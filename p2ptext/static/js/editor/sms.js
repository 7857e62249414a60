// How long a text is and which signs make it longer: the same rules as rules/sms_text.py, which a test
// compares with these over one table of texts. The server's count of the filled-in text is what leaves.

const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
  "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const EXTENSION = new Set("\f^{}\\[~]|€");

const PLAIN = new Map();
const put = (chars, plain) => { for (const char of chars) PLAIN.set(char, plain); };
const range = (from, to) => Array.from({ length: to - from }, (_, n) => String.fromCodePoint(from + n));
put("‘’‚‛′´ʼ＇", "'");
put("“”„‟″«»＂", '"');
put("‐‑‒–—―−", "-");
put("…", "...");
put("\t\u00a0\u1680\u202f\u205f\u3000", " ");
put(range(0x2000, 0x200b), " ");
put("\u2028\u2029\u0085", "\n");
put("\u00ad\u200b\u200e\u200f\u2060\ufeff", "");
put(range(0x202a, 0x202f), "");
put(range(0x2066, 0x206a), "");
const IDLE_JOINER = /(?<![^\x00-\u02ff])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff])/gu;

const pack = (widths, total, single, part) => {
  if (total <= single) return 1;
  let segments = 1;
  let room = part;
  for (const width of widths) {
    if (width > room) {
      segments += 1;
      room = part;
    }
    room -= width;
  }
  return segments;
};

export const count = (text) => {
  const chars = [...text];
  const gsm = chars.every((char) => BASIC.has(char) || EXTENSION.has(char));
  const widths = chars.map((char) => (gsm ? (EXTENSION.has(char) ? 2 : 1) : char.length));
  const units = widths.reduce((sum, width) => sum + width, 0);
  return gsm
    ? { encoding: "GSM-7", units, segments: pack(widths, units, 160, 153) }
    : { encoding: "UCS-2", units, segments: pack(widths, units, 70, 67) };
};

// Every sign that is not in the plain alphabet: where it stands (in the string's own units), and what says
// the same ("" where it can simply go, null where nothing does).
export const wide = (text) => {
  const idle = new Set();
  for (const match of text.matchAll(IDLE_JOINER)) {
    for (let n = 0; n < match[0].length; n += 1) idle.add(match.index + n);
  }
  const found = [];
  let index = 0;
  for (const char of text) {
    if (!BASIC.has(char) && !EXTENSION.has(char)) {
      found.push({ index, char, plain: idle.has(index) ? "" : PLAIN.get(char) ?? null });
    }
    index += char.length;
  }
  return found;
};
