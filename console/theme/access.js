// What the keyboard and screen readers need and the documents of Streamlit and of the calendar component lack:
// names, roles, where the focus goes, and Escape. Both draw parts of the page anew at any time, so everything here
// looks at what is there and can be done again.
(() => {
  "use strict";
  const DIALOG = '[data-testid="stDialog"]';
  const PANELS = [DIALOG, '[class*="st-key-card-"][class*="-form"]', '[class*="st-key-card-event-"]',
    '[class*="st-key-card-holiday-"]', ".st-key-card-import"].join();
  const WAYS_OUT = /st-key-\S*(close|cancel|forget|gone|keep)$/;
  const FOCUSABLE = 'a[href], button:enabled, input:enabled, textarea:enabled, summary, [tabindex="0"], .fc-event';
  const WALKING = new Set(["Tab", "Shift", "Escape"]);
  const AGAIN_MS = [0, 150, 500, 1500, 4000, 9000, 18000, 30000];  // a busy server draws late
  const DRAWN_MS = 1500;  // a calendar that changed its view is loaded anew: its events come late
  const CHOSEN = '[role="radio"][aria-checked="true"], input[type="radio"]:checked';
  const documents = new WeakSet();
  let lastKey = "", deeds = 0, isCovered = false, came = null, open = null;

  const set = (element, name, value) => element.getAttribute(name) === value || element.setAttribute(name, value);
  const frames = () => [...document.querySelectorAll('iframe[title*="calendar"]')];

  // --- the menu: its list holds sections, which are the lists -----------------------------------------------------
  function mendMenu() {
    const menu = document.querySelector('[data-testid="stSidebarNavItems"]');
    if (!menu?.querySelector(":scope > div")) return;
    set(menu, "role", "none");
    for (const section of menu.children) {
      const head = section.querySelector('[data-testid="stNavSectionHeader"] p');
      set(section, "role", "list");
      set(section, "aria-label", head?.textContent ?? "");
    }
    menu.querySelectorAll("header").forEach((head) => set(head, "role", "none"));
    menu.querySelectorAll("li").forEach((item) => set(item, "role", "listitem"));
  }

  function mendUploaders() {
    document.querySelectorAll('section[data-testid="stFileUploaderDropzone"][role="presentation"]')
      .forEach((zone) => set(zone, "role", "group"));
  }

  // A container of fixed height may hold nothing else that the keyboard could scroll it by.
  function mendScrollers() {
    document.querySelectorAll('[data-testid="stVerticalBlock"][overflow="auto"]')
      .forEach((part) => set(part, "tabindex", "0"));
  }

  // --- the calendar's document ------------------------------------------------------------------------------------
  function mendCalendar(frame) {
    const inside = frame.contentDocument, words = document.querySelector(".is-calendar-words")?.dataset;
    if (!inside?.body) return;
    observe(inside);  // empty at first
    if (!words) return;
    inside.querySelectorAll("a.fc-more-link").forEach((link) => set(link, "role", "button"));
    inside.querySelectorAll(".fc-scroller-liquid-absolute").forEach(mendHours);
    inside.querySelectorAll("a.fc-event, .fc-list-event-title a").forEach((entry) => mendEntry(entry, words));
  }

  // Without an event there is nothing in the hours that the keyboard could scroll them by.
  function mendHours(grid) {
    const day = grid.querySelector(".fc-timegrid-col[data-date]");
    if (day) set(day, "tabindex", grid.querySelector('a[tabindex="0"]') ? "-1" : "0");
  }

  function mendEntry(entry, words) {
    const row = entry.closest(".fc-list-event") ?? entry;
    if (row.matches(".is-holiday, .is-period")) return set(entry, "tabindex", "-1");
    const shown = (part) => row.querySelector(part)?.textContent.trim() ?? "";
    const time = shown(".fc-event-time, .fc-list-event-time") || words.allDay;
    const title = row === entry ? shown(".fc-event-title") : entry.textContent.trim();
    set(entry, "role", "button");
    set(entry, "aria-label", [dayOf(row), `${time} ${title}`, words.group].filter(Boolean).join(", "));
  }

  function dayOf(row) {
    let holder = row.closest("[data-date]") ?? row;
    while (holder && !holder.dataset.date) holder = holder.previousElementSibling;
    if (!holder) return "";
    const format = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" };
    return new Date(`${holder.dataset.date}T00:00Z`).toLocaleDateString(document.documentElement.lang, format);
  }

  // --- the focus: to what opened, and back to what opened it ------------------------------------------------------
  const focused = () => {
    const element = document.activeElement;
    return element?.tagName === "IFRAME" ? element.contentDocument?.activeElement ?? element : element;
  };
  const isLost = () => !focused() || focused() === focused().ownerDocument.body;
  const isIn = (panel, element) => panel && element?.ownerDocument === document && panel.contains(element);

  function recall(element) {
    const keyed = element.closest('[class*="st-key-"]');
    const key = keyed && [...keyed.classList].find((name) => name.startsWith("st-key-"));
    return { element, key, label: element.getAttribute("aria-label"), isInFrame: element.ownerDocument !== document };
  }

  function find({ element, key, label, isInFrame }) {
    if (element.isConnected && element.ownerDocument.defaultView) return element;
    if (!isInFrame) return key && document.querySelector(`.${CSS.escape(key)} :is(button, a, summary)`);
    const named = frames().flatMap((frame) => [...(frame.contentDocument?.querySelectorAll("[aria-label]") ?? [])]);
    return named.find((one) => one.getAttribute("aria-label") === label);
  }

  function instead() {
    const view = document.querySelector(".st-key-calendar-bar")?.querySelector(CHOSEN);
    const place = view ?? document.querySelector("h1");
    if (place?.tagName === "H1") set(place, "tabindex", "-1");
    return place;
  }

  function giveBack(from) {
    let makeshift = null;
    const before = deeds;
    const back = (wait) => {
      if (deeds !== before || open || !(isLost() || focused() === makeshift)) return;
      let place = find(from);
      if (!place && (!from.isInFrame || wait >= DRAWN_MS)) place = makeshift = instead();
      place?.focus({ preventScroll: !lastKey });
    };
    for (const wait of AGAIN_MS) setTimeout(back, wait, wait);
  }

  function enter(panel) {
    if (panel.matches(DIALOG)) return true;  // Streamlit moves it there itself
    const head = panel.querySelector("h2, h3");
    if (!head) return false;  // not drawn yet
    if (isIn(panel, focused())) return true;
    set(head, "tabindex", "-1");
    head.focus({ preventScroll: true });
    return true;
  }

  function followPanels() {
    const panels = [...document.querySelectorAll(PANELS)], panel = panels.at(-1);
    const name = panel && (panel.dataset.testid ?? panel.className.match(/st-key-\S+/)[0]);
    if (panel && open?.name === name) open.panel = panel;
    else if (panel) open = { panel, name, from: open?.from ?? (came && recall(came)), isTouched: false, isEntered: false };
    else if (open) {
      const { from } = open;
      open = null;
      if (from) giveBack(from);
    }
    if (open && !open.isEntered) open.isEntered = enter(open.panel);
  }

  function leave(event) {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (isCovered || !open || open.panel.matches(DIALOG)) return;
    const way = [...open.panel.querySelectorAll('[class*="st-key-"]')].find((one) =>
      [...one.classList].some((key) => WAYS_OUT.test(key)))?.querySelector("button");
    if (!way) return;
    if (open.isTouched && focused() !== way) return way.focus();  // one Escape more loses what was entered
    way.click();
  }

  function enterGroup(event) {
    const group = event.target.closest?.('[role="radiogroup"]');
    if (lastKey !== "Tab" || !group || group.contains(event.relatedTarget)) return;
    const chosen = group.querySelector(CHOSEN);
    if (chosen && chosen !== event.target) chosen.focus();
  }

  function noteTouch(event) {
    if (isIn(open?.panel, event.target) && !WALKING.has(event.key)) open.isTouched = true;
  }

  function noteFocus(event) {
    const target = event.target.closest?.(FOCUSABLE);
    if (target && !isIn(open?.panel, target)) came = target;
  }

  // --- when -------------------------------------------------------------------------------------------------------
  function observe(where) {
    if (documents.has(where)) return;
    documents.add(where);
    new MutationObserver(soon).observe(where.body, { childList: true, characterData: true, subtree: true });
    where.addEventListener("keydown", (event) => {
      lastKey = event.key;
      deeds += 1;
      isCovered = !!document.querySelector('[role="listbox"], [role="dialog"]');  // close first, by themselves
      noteTouch(event);
    }, true);
    where.addEventListener("keydown", leave);
    where.addEventListener("pointerdown", (event) => {
      lastKey = "";
      deeds += 1;
      noteFocus(event);
      noteTouch(event);
    }, true);
    where.addEventListener("focusin", (event) => { noteFocus(event); enterGroup(event); });
  }

  let isDue = false;
  function soon() {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      for (const mend of [mendMenu, mendUploaders, mendScrollers, () => frames().forEach(mendCalendar), followPanels]) mend();
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    observe(document);
    document.addEventListener("load", soon, true);  // the calendar's frame
    soon();
  });
})();
