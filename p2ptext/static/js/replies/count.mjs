// How much room an answer takes. The server counts again; this only shows.

// The letters of the short alphabet; one outside it, and the whole text has room for fewer.
const GSM = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà");
const GSM_DOUBLE = new Set("^{}\\[~]|€\f");

const room = (text) => {
  const letters = [...text];
  const short = letters.every((one) => GSM.has(one) || GSM_DOUBLE.has(one));
  const used = short ? letters.reduce((sum, one) => sum + (GSM_DOUBLE.has(one) ? 2 : 1), 0) : text.length;
  const [alone, each] = short ? [160, 153] : [70, 67];
  const parts = used <= alone ? 1 : Math.ceil(used / each);
  return { parts, left: parts === 1 ? alone - used : parts * each - used };
};

export const roomWords = (text) => {
  const { parts, left } = room(text);
  const letters = `${left} ${left === 1 ? "character" : "characters"} left`;
  return parts === 1 ? letters : `Goes out as ${parts} texts, ${letters}`;
};
