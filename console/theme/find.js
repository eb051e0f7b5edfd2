// The search over everything: Ctrl-K (or the button at the side) opens a box, arrows choose, Enter goes there.
// The words come from the button, in the language of the page; the lines from `console/web/find.py`.
(() => {
  const WAIT_MS = 120; // between the last key and the question
  const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
  let box = null;
  let asked = 0;
  let timer = null;

  const element = (tag, values = {}, ...children) => {
    const made = Object.assign(document.createElement(tag), values);
    made.append(...children);
    return made;
  };
  const words = () => JSON.parse(document.querySelector(".is-find")?.dataset.words ?? "null");

  const build = () => {
    const said = words();
    const input = element("input", { type: "text", placeholder: said.hint, autocomplete: "off", spellcheck: false });
    const list = element("div", { id: "is-found" });
    const note = element("p", { className: "is-quiet is-small", textContent: said.keys });
    const made = element("dialog", { className: "is-finder" }, input, list, note);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-label": said.label,
      "aria-expanded": "true",
      "aria-controls": "is-found",
      "aria-autocomplete": "list",
    }))
      input.setAttribute(name, value);
    made.setAttribute("aria-label", said.label);
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", said.label);
    note.setAttribute("role", "status");
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT_MS);
    });
    input.addEventListener("keydown", steer);
    made.addEventListener("click", (event) => event.target === made && made.close());
    made.addEventListener("close", () => {
      made.remove();
      box = null;
    });
    return { dialog: made, input, list, note, said };
  };

  const open = () => {
    if (box || !words()) return;
    box = build();
    document.body.append(box.dialog);
    box.dialog.showModal();
    box.input.focus();
  };

  const lines = () => [...box.list.querySelectorAll("a")];
  const choose = (line) => {
    for (const one of lines()) one.setAttribute("aria-selected", String(one === line));
    if (line) box.input.setAttribute("aria-activedescendant", line.id);
    else box.input.removeAttribute("aria-activedescendant");
    line?.scrollIntoView({ block: "nearest" });
  };
  const chosen = () => box.list.querySelector("[aria-selected=true]");

  function steer(event) {
    const all = lines();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      const isBeside = event.ctrlKey || event.metaKey;
      isBeside ? window.open(chosen().href, "_blank", "noopener") : (window.location.href = chosen().href);
    }
  }

  const ask = async () => {
    const text = box?.input.value.trim();
    const turn = ++asked;
    if (!text) return show([], box?.said.keys);
    try {
      const query = new URLSearchParams({ q: text, zone: ZONE });
      const answer = await fetch(`/find.json?${query}`, { headers: { accept: "application/json" } });
      const { found, error } = await answer.json();
      if (turn === asked && box) show(found ?? [], error ?? (found.length ? box.said.keys : box.said.nothing));
    } catch {
      if (turn === asked && box) show([], box.said.away);
    }
  };

  const show = (found, note) => {
    if (!box) return;
    box.note.textContent = note ?? "";
    const sections = new Map();
    for (const one of found) sections.set(one.section, [...(sections.get(one.section) ?? []), one]);
    const groups = [...sections].map(([name, members], index) => {
      const head = element("b", { id: `is-found-${index}`, textContent: name });
      const group = element("div", {}, head, ...members.map((one, place) => line(one, `is-found-${index}-${place}`)));
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", head.id);
      return group;
    });
    box.list.replaceChildren(...groups);
    choose(lines()[0]);
  };

  const line = (one, id) => {
    const detail = element("span", { className: "is-quiet is-small", textContent: one.detail });
    const made = element("a", { id, href: one.href, tabIndex: -1 }, element("span", { textContent: one.name }), detail);
    made.setAttribute("role", "option");
    made.addEventListener("pointermove", () => choose(made));
    return made;
  };

  // Before Streamlit's own short cuts see it.
  window.addEventListener(
    "keydown",
    (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      box ? box.dialog.close() : open();
    },
    true,
  );
  document.addEventListener("click", (event) => event.target.closest?.(".is-find") && open());
})();
