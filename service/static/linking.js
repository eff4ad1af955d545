// Links the marks in an article's text with the cards of its claims: pointing at one highlights the
// other, and a click chooses it. Where claims share a piece of text, further clicks choose them in
// turn. The chosen claim is in the address (#claim-3), so that the address can be shared.

export function linkClaims(root) {
  let chosen = null;
  const cardOf = (number) => root.getElementById(`claim-${number}`);
  const noteOf = (number) => root.getElementById(`note-${number}`);

  root.addEventListener("click", (event) => {
    const target = event.target.closest("mark[data-claims], a.note");
    if (target) {
      event.preventDefault();
      choose(nextOf(target.dataset.claims.split(" ")), { focusCard: true });
      return;
    }
    const number = event.target.closest("a.number");
    if (number) {
      event.preventDefault();
      choose(number.closest(".card").dataset.claim, { focusCard: false });
      noteOf(chosen)?.scrollIntoView({ block: "center", behavior: motion() });
      noteOf(chosen)?.focus({ preventScroll: true });
    }
  });
  root.addEventListener("pointerover", (event) => point(event.target));
  root.addEventListener("focusin", (event) => point(event.target));
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen) choose(null, { focusCard: false });
  });

  addEventListener("hashchange", chooseNamed);
  chooseNamed();

  // Chooses the claim that the address names, when it exists.
  function chooseNamed() {
    const number = /^#claim-(\d+)$/.exec(location.hash)?.[1];
    if (number && number !== chosen && cardOf(number)) choose(number, { focusCard: true });
  }

  function nextOf(numbers) {
    const place = numbers.indexOf(chosen);
    return numbers[(place + 1) % numbers.length];
  }

  function choose(number, { focusCard }) {
    chosen = number;
    const place = chosen ? `#claim-${chosen}` : location.pathname + location.search;
    history.replaceState(history.state, "", place);
    set("is-chosen", chosen ? [chosen] : []);
    const card = chosen && cardOf(chosen);
    if (card && focusCard) {
      card.querySelector("details.card-rest")?.setAttribute("open", "");
      card.focus({ preventScroll: true });
      bringIntoView(card);
    }
  }

  function point(target) {
    const place = target instanceof Element && target.closest("[data-claims], .card");
    set("is-pointed", place ? (place.dataset.claims ?? place.dataset.claim).split(" ") : []);
  }

  function set(name, numbers) {
    for (const element of root.querySelectorAll("mark[data-claims], a.note, .card")) {
      const own = (element.dataset.claims ?? element.dataset.claim).split(" ");
      element.classList.toggle(name, own.some((number) => numbers.includes(number)));
    }
  }

  return {
    // Chooses the card after or before the chosen one, in the order of the page.
    step(by) {
      const cards = [...root.querySelectorAll(".card")];
      const place = cards.findIndex((card) => card.dataset.claim === chosen);
      const next = cards[place < 0 ? (by > 0 ? 0 : cards.length - 1) : place + by];
      if (next) choose(next.dataset.claim, { focusCard: true });
    },
    refresh() {
      set("is-chosen", chosen ? [chosen] : []);
      chooseNamed();
    },
  };
}

// Cards beside the text are scrolled in their panel; for cards below the text the page is scrolled.
function bringIntoView(card) {
  const panel = card.closest(".cards");
  if (card.offsetParent === panel) {
    panel.scrollTo({ top: card.offsetTop - 2, behavior: motion() });
  } else {
    card.scrollIntoView({ block: "start", behavior: motion() });
  }
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}
