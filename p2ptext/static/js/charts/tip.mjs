// What stands beside the pointer: the row's name and what its cells say, word for word as in the table.

const line = (tag, text) => {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
};

export const tip = (place) => {
  const box = document.createElement("div");
  box.className = "chart-tip";
  box.hidden = true;
  box.setAttribute("aria-hidden", "true");
  place.append(box);
  return {
    show(head, lines, x, y) {
      box.replaceChildren(line("strong", head), ...lines.map((text) => line("span", text)));
      box.hidden = false;
      const room = place.clientWidth - box.offsetWidth;
      const left = x + 16 > room ? x - 16 - box.offsetWidth : x + 16;
      box.style.left = `${Math.max(0, Math.min(room, left))}px`;
      box.style.top = `${Math.max(0, y - box.offsetHeight / 2)}px`;
    },
    hide() { box.hidden = true; },
  };
};
