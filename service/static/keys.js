// Keys of a page of an article, and the dialog that lists them. Single letters can be switched off
// (WCAG 2.1.4), for people who dictate; the browser remembers that.

const OFF = "assay-keys-off";

export function followKeys(claims) {
  const dialog = document.getElementById("keys");
  if (!dialog) return;
  const use = document.getElementById("use-keys");
  use.checked = !isOff();
  use.addEventListener("change", () => remember(!use.checked));
  const actions = {
    j: () => claims.step(1),
    k: () => claims.step(-1),
    "?": () => dialog.showModal(),
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("#show-keys")) dialog.showModal();
    if (event.target.closest("#close-keys") || event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (isTyping(event.target)) return;
    if (event.key === "Enter" && event.target.matches(".card")) {
      event.target.querySelector(".claim-text a")?.click();
      return;
    }
    const action = use.checked && actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]");
}

// A browser may refuse to keep anything; then the keys are on.
function isOff() {
  try {
    return localStorage.getItem(OFF) === "1";
  } catch {
    return false;
  }
}

function remember(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // The choice holds for this page.
  }
}
