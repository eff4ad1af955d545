// Copies a citation: of HTML also as formatted text, for editors that take it. Where the browser
// has no clipboard for pages (plain HTTP to another machine), the text is selected to be copied.

export function copyCitations() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    const field = document.getElementById(button.dataset.copy);
    const done = await copy(field, button.dataset.type).catch(() => false);
    if (!done) select(field);
    const words = done ? "Copied." : "Selected: copy it now.";
    const place = button.closest(".cite").querySelector(".copied");
    place.textContent = words;
    setTimeout(() => (place.textContent = ""), 4000);
  });
}

async function copy(field, type) {
  if (!navigator.clipboard) return false;
  const plain = new Blob([field.value], { type: "text/plain" });
  const parts = { "text/plain": plain };
  if (type === "text/html") parts[type] = new Blob([field.value], { type });
  await navigator.clipboard.write([new ClipboardItem(parts)]);
  return true;
}

function select(field) {
  field.closest("details").open = true;
  field.focus();
  field.select();
}
