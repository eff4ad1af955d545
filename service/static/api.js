// Starts Swagger UI, which swagger-ui-bundle.js defines, on the description of this service, in the
// scheme that the reader prefers, and mends what its page lacks for readers with a screen reader or
// without a mouse.

const ui = window.SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  filter: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // no request to another site
});

// Its dark style hangs on a class of the document.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const nameOf = (element) => element.closest(".opblock")?.id.replace(/^operations-/, "") ?? "";
// Selector, attribute, and its value; null takes the attribute away.
const MENDS = [
  [".information-container", "role", () => "region"],
  [".information-container", "aria-label", () => "About this API"],
  [".scheme-container", "role", () => "region"],
  [".scheme-container", "aria-label", () => "Server and key"],
  [".filter-container", "role", () => "search"],
  [".operation-filter-input", "aria-label", () => "Filter by tag or path"],
  [".opblock-tag, .models > h4", "aria-level", () => "2"],
  [".opblock-title", "aria-level", () => "3"],
  ["section.models", "aria-label", () => "Schemas"],
  ["#servers", "aria-label", () => "Server"],
  [".opblock-summary-control a[href]", "href", () => null], // inside of a button, which does the same
  [".responses-table", "aria-label", (table) => `Answers of ${nameOf(table)}`],
  ["textarea:not([aria-label])", "aria-label", (field) => `Body of ${nameOf(field)}`],
  ["select:not([aria-label]):not([id])", "aria-label", () => "Example or type"],
  ["pre.microlight", "tabindex", () => "0"],
];

function mend() {
  for (const [selector, attribute, valueOf] of MENDS) {
    for (const element of document.querySelectorAll(`#swagger-ui ${selector}`)) {
      const value = valueOf(element);
      if (value === null) element.removeAttribute(attribute);
      else if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
    }
  }
}

let asked = 0;
new MutationObserver(() => {
  cancelAnimationFrame(asked);
  asked = requestAnimationFrame(mend);
}).observe(document.getElementById("swagger-ui"), { childList: true, subtree: true });

export default ui;
