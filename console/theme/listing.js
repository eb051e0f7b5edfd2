/* Lists whose lines the server draws (`console/parts/own/listing.py`): what is ticked in them shows at once and
   is told to the page, and so is what is pressed. */

/* By list: the number of the last tick, and the ticks that the page has not answered yet, by line. They outlive
   the list's element, which the page may make anew at any time. */
const lists = new Map();

/* Draws a list; Streamlit calls it with each run of the page that says something new. */
export const drawListing = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const told = lists.get(data.list) ?? { last: 0, ticks: new Map() };
  lists.set(data.list, told);
  for (const [line, [number]] of told.ticks) if (number <= data.heard) told.ticks.delete(line);
  told.last = Math.max(told.last, data.heard);

  const drawn = parentElement.querySelector(":scope > .is-listing"), list = drawn ?? made(parentElement);
  if (list.drawnHtml !== data.html) show(list, (list.drawnHtml = data.html));

  const boxes = [...list.querySelectorAll('[data-tick="one"]')];
  const all = list.querySelector('[data-tick="all"]');
  const lineOf = (element) => element.closest("[data-line]").dataset.line;
  const settle = () => {
    const count = boxes.filter((box) => box.checked).length;
    if (all) [all.checked, all.indeterminate] = [count > 0 && count === boxes.length, count > 0 && count < boxes.length];
  };
  // The page may have been drawn before it heard of the last ticks: then it is these that count.
  const ticked = new Set(data.ticked);
  for (const box of boxes) box.checked = told.ticks.get(lineOf(box))?.[1] ?? ticked.has(lineOf(box));
  settle();

  const tell = () =>
    setStateValue("ticked", [...told.ticks].map(([line, [number, isOn]]) => [number, line, isOn]));
  list.onchange = ({ target }) => {
    for (const box of target === all ? boxes.filter((one) => one.checked !== all.checked) : [target]) {
      box.checked = target.checked;
      told.ticks.set(lineOf(box), [++told.last, box.checked]);
    }
    settle();
    tell();
  };
  list.onclick = (event) => {
    const pressed = event.target.closest("[data-deed]");
    if (!pressed || event.ctrlKey || event.metaKey || event.shiftKey) return; // a link opens beside the page then
    event.preventDefault();
    setTriggerValue("pressed", { deed: pressed.dataset.deed, line: lineOf(pressed) });
  };
  if (!drawn && told.ticks.size) tell(); // somebody was elsewhere before the page heard of them
};

const made = (parent) => {
  const list = document.createElement("div");
  list.className = "is-listing";
  parent.append(list);
  return list;
};

const show = (list, html) => {
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const fresh = document.createElement("template");
  fresh.innerHTML = `<div class="is-listing">${html}</div>`;
  become(list, fresh.content.firstChild);
  if (focused && (focused !== document.activeElement || focused.disabled)) backTo(focused);
};

/* A line that moved has lost the focus, and a button that can no longer be pressed gives it to its neighbour. */
const backTo = (focused) => {
  const line = focused.closest("[data-line]");
  (focused.disabled ? line?.querySelector("button:enabled") : focused)?.focus({ preventScroll: true });
};

/* Makes an element like another one. What stays the same is kept, and with it what is focused, selected or just
   being pressed there: a list is drawn anew every few seconds. */
const become = (old, fresh) => {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType !== Node.ELEMENT_NODE) {
    old.data = fresh.data;
    return;
  }
  for (const name of old.getAttributeNames()) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  const lines = new Map([...old.children].map((line) => [line.dataset.line, line]));
  const wanted = new Set([...fresh.children].map((line) => line.dataset.line));
  for (const [name, line] of lines) if (name && !wanted.has(name)) line.remove();
  let place = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    const name = child.dataset?.line;
    const same = name ? lines.get(name) : isAlike(place, child) && place;
    if (!same || same !== place) old.insertBefore(same || child, place);
    else place = place.nextSibling;
    if (same) become(same, child);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
};

const isAlike = (one, other) => one && one.nodeName === other.nodeName && !one.dataset?.line;
