// What goes with a text, as the page shows it: the same as macros/enclosure.html.

const NAMES = { image: "Picture", audio: "Sound", video: "Video" };

/** A figure for `{url, kind, description}`. */
export const goesWith = ({ url, kind, description }) => {
  const figure = document.createElement("figure");
  figure.className = "goes-with";
  const shown = document.createElement({ image: "img", audio: "audio" }[kind] ?? "video");
  if (kind === "image") {
    shown.alt = description;
    shown.decoding = "async";
  } else {
    shown.controls = true;
    shown.preload = "none";
    shown.setAttribute("aria-label", description);
  }
  shown.src = url;
  const caption = document.createElement("figcaption");
  caption.className = "soft";
  caption.textContent = `${NAMES[kind] ?? NAMES.video}: ${description}`;
  figure.append(shown, caption);
  return figure;
};
