// Polls a page with the ETag of the version that is shown, and replaces its live regions
// ([data-live], by id) when it has changed. Polls often while work is under way (data-busy), seldom
// otherwise, and never while the page is hidden.

const BUSY_MS = [800, 6000];
const IDLE_MS = [10000, 60000];
const GROWTH = 1.5;
const JITTER = 0.2;

export function follow(address, { onChange }) {
  const state = { etag: null, wait: pace()[0], timer: 0, asking: false };
  const shown = new Map();
  for (const region of document.querySelectorAll("[data-live]")) {
    shown.set(region.id, region.cloneNode(true));
  }

  async function poll() {
    if (state.asking || document.hidden) return;
    clearTimeout(state.timer);
    state.asking = true;
    const again = await ask().catch(() => retryLater());
    state.asking = false;
    if (again) state.timer = setTimeout(poll, state.wait * (1 + JITTER * (Math.random() - 0.5)));
  }

  // Returns whether to poll again.
  async function ask() {
    const headers = { Accept: "text/html" };
    if (state.etag) headers["If-None-Match"] = state.etag;
    const answer = await fetch(address, { headers, cache: "no-store", redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) {
      return end("You are signed out. Load the page again.");
    }
    if (answer.status === 404) return end("This page no longer exists.");
    if (answer.status !== 304 && !answer.ok) throw new Error(`status ${answer.status}`);
    say("");
    const changed = answer.status !== 304 && replaceRegions(await answer.text(), shown);
    state.etag = answer.headers.get("ETag") ?? state.etag;
    if (changed) onChange();
    const [first, slowest] = pace();
    state.wait = changed ? first : Math.min(slowest, Math.max(first, state.wait * GROWTH));
    return true;
  }

  function retryLater() {
    say("No connection. Trying again…");
    state.wait = Math.min(IDLE_MS[1], state.wait * 2);
    return true;
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(state.timer);
    else poll();
  });
  state.timer = setTimeout(poll, state.wait);
}

// A document of DOMParser runs no script; the regions that are moved have the server's escaped text.
function replaceRegions(markup, shown) {
  const fresh = new DOMParser().parseFromString(markup, "text/html");
  let changed = false;
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.getElementById(old.id);
    if (!next || next.isEqualNode(shown.get(old.id))) continue;
    shown.set(next.id, next.cloneNode(true));
    replaceRegion(old, document.adoptNode(next));
    changed = true;
  }
  return changed;
}

// Keeps open details, ticked boxes, scroll positions and the focus.
function replaceRegion(old, next) {
  for (const details of old.querySelectorAll("details[id]")) {
    const same = next.querySelector(`#${CSS.escape(details.id)}`);
    if (same) same.open = details.open;
  }
  for (const box of old.querySelectorAll("input[type=checkbox][id]")) {
    const same = next.querySelector(`#${CSS.escape(box.id)}`);
    if (same) same.checked = box.checked;
  }
  const focus = placeOfFocus(old);
  const scrolled = [...old.querySelectorAll(".cards, article")].map((part) => part.scrollTop);
  old.replaceWith(next);
  next.querySelectorAll(".cards, article").forEach((part, i) => (part.scrollTop = scrolled[i] ?? 0));
  if (focus) next.querySelector(focus)?.focus({ preventScroll: true });
  if (next.dataset.announce) {
    document.getElementById("announcer").textContent = next.dataset.announce;
  }
}

function placeOfFocus(region) {
  const focused = document.activeElement;
  if (!focused || !region.contains(focused)) return null;
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const href = focused.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

function pace() {
  return document.querySelector("[data-live][data-busy]") ? BUSY_MS : IDLE_MS;
}

function end(words) {
  say(words);
  return false;
}

function say(words) {
  const notice = document.getElementById("notice");
  if (notice.textContent !== words) notice.textContent = words;
}
