// Everything here is comfort: each page works without it. Text of articles and pages never passes
// through this file as markup; regions come from the server, escaped as on the first load.

import { follow } from "./follow.js";
import { linkClaims } from "./linking.js";

const claims = linkClaims(document);
const address = document.body.dataset.poll;
if (address) follow(address, { onChange: () => claims.refresh() });

// A second click must not hand the same thing in twice. Coming back with the browser's own button
// shows the page as it was left, so the button has to work again.
document.addEventListener("submit", (event) => {
  for (const button of event.target.querySelectorAll("button[type=submit]")) button.disabled = true;
});
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[type=submit]")) button.disabled = false;
});
