// The scripts are optional: each page works without them. They never parse text of articles and
// pages as markup of their own; regions come from the server, escaped as in the first answer.

import { follow } from "./follow.js";
import { copyCitations } from "./copying.js";
import { followKeys } from "./keys.js";
import { linkClaims } from "./linking.js";

// What the form before did: said once, and announced, which a text that is there from the start is
// not by every screen reader. Loading the page again does not say it again.
const done = document.getElementById("done");
if (done) {
  const address = new URL(location);
  for (const name of ["done", "changed"]) address.searchParams.delete(name);
  history.replaceState(history.state, "", address);
  const words = done.textContent;
  setTimeout(() => (done.textContent = words), 100);
}
document.getElementById("errors")?.focus();

// A sheet of paper says when it was printed, in the form of the moments on the page.
addEventListener("beforeprint", () => {
  const now = new Date();
  const day = now.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const place = document.getElementById("printed-at");
  place.textContent = `, printed ${day}, ${now.toISOString().slice(11, 16)} UTC`;
});

document.documentElement.classList.add("scripted");
copyCitations();

// On a narrow screen the cards of an article begin folded; a chosen one is unfolded.
if (matchMedia("(max-width: 940px)").matches) {
  for (const part of document.querySelectorAll("details.card-rest")) part.open = false;
}
const claims = linkClaims(document);
followKeys(claims);
const address = document.body.dataset.poll;
if (address) follow(address, { onChange: () => claims.refresh() });

// A second click must not submit a form twice. The buttons are disabled after the event, because a
// form leaves out the value of a disabled button. The back button of the browser shows the page as
// it was left, so the buttons are enabled again.
document.addEventListener("submit", (event) => {
  const buttons = [...event.target.elements].filter((one) => one.type === "submit");
  setTimeout(() => buttons.forEach((button) => (button.disabled = true)));
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[type=submit]")) button.disabled = false;
});
