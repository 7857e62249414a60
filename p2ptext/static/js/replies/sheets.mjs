// Sheets that come up over the page. Without script the same part stands in the page.

/** Opens a sheet by its id, if the page has it. Its first field gets the focus; where it asks, the harmless way out. */
export const openSheet = (id) => {
  const sheet = document.getElementById(id);
  if (!sheet) return;
  document.querySelectorAll("dialog[open]").forEach((other) => other.close());
  sheet.showModal();
  const field = sheet.querySelector("input[type=search], textarea");
  const harmless = sheet.querySelector("[autofocus]");
  (harmless ?? (field && !field.closest("[hidden]") ? field : sheet.querySelector("h2"))).focus();
};

const pressed = (link, act) => {
  link.setAttribute("role", "button");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    act();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    act();
  });
};

export const startSheets = () => {
  document.querySelectorAll("[data-opens-dialog]").forEach((link) => {
    link.setAttribute("aria-haspopup", "dialog");
    pressed(link, () => openSheet(link.dataset.opensDialog));
  });
  document.querySelectorAll("[data-closes-dialog]").forEach((link) => pressed(link, () => link.closest("dialog").close()));
};
