// Only one tab holds the batch. A second one waits in words, and goes on when the first is closed.

const PATIENCE_MS = 700; // a reload needs a moment to let its old lock go

/** `here` when this tab may go on, now or later; `elsewhere` when another one has the batch. */
export const holdTab = (button, here, elsewhere) => {
  if (!navigator.locks) {
    here();
    return;
  }
  const lock = `texting ${window.location.pathname}`;
  const patience = setTimeout(elsewhere, PATIENCE_MS);
  const held = () => {
    clearTimeout(patience);
    here();
    return new Promise(() => {}); // held until the page goes
  };
  navigator.locks.request(lock, held).catch(elsewhere);
  button.addEventListener("click", () => {
    navigator.locks.request(lock, { steal: true }, held).catch(elsewhere);
  });
};
