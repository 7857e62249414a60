// Times and counts in words.

import { minutesLeft, server } from "./server.mjs";

const language = document.documentElement.lang || "en";
const clockTime = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", timeZoneName: "short" });
const clockDay = new Intl.DateTimeFormat(language, { weekday: "long" });
const spoken = (moment) => clockTime.format(moment).replace(/\b[AP]M\b/, (half) => half.toLowerCase());

export const endsWords = () => {
  const left = minutesLeft();
  if (left === null) return "";
  if (left > 90 && server.closesAt) return `, open until ${spoken(new Date(server.closesAt))}`;
  return `, ${left} min left`;
};

export const opensWords = (iso) => {
  const moment = new Date(iso);
  const minutes = Math.max(1, Math.round((moment - Date.now() - server.ahead) / 60_000));
  const wait = minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  const today = new Date(Date.now() + server.ahead).toDateString() === moment.toDateString();
  return `Opens ${today ? "" : `${clockDay.format(moment)} `}at ${spoken(moment)}, ${wait} from now.`;
};

/** What the line above the card says while `n` texts wait for one reason. */
export const troubleWords = (trouble, n) => {
  const [waiting, itself] = n === 1 ? ["1 text waits and leaves", "itself"] : [`${n} texts wait and leave`, "themselves"];
  return {
    network: n ? `No connection. ${waiting} by ${itself} when it is back.` : "No connection.",
    server: n ? `The server is busy. ${waiting} by ${itself}.` : "",
    pace: n ? `That was very fast. ${n === 1 ? "1 text waits its" : `${n} texts wait their`} turn.` : "",
    kept: n ? `${n === 1 ? "1 text" : `${n} texts`} you tapped before ${n === 1 ? "leaves" : "leave"} now.` : "",
    signed_out: n ? `${n === 1 ? "1 text waits" : `${n} texts wait`} for you to sign in, until a minute after your tap.` : "",
  }[trouble] ?? "";
};
