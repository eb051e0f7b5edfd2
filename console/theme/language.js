// One language at a time: the words that Streamlit writes by itself, in the language of the page.
// The server puts the words in place of `null`; `console/web/language.py` says which and where.
(() => {
  const { translations, texts, attributes, frames } = null;
  const NAMES = ["aria-label", "aria-roledescription", "title", "placeholder", "alt", "data-title"];
  const PEOPLE = "[data-testid=stHtml], [data-testid=stMarkdown]"; // whose words are not Streamlit's
  const ICON = '[data-testid=stIconMaterial], [role=img][aria-label$=" icon"]';
  const root = document.documentElement;
  const originals = new WeakMap();
  let language = root.lang;

  // The date picker and the formats of numbers ask the browser which language they shall speak.
  for (const [name, value] of [["language", () => language], ["languages", () => [language]]])
    Object.defineProperty(navigator, name, { configurable: true, get: value });

  const quoted = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const read = (known) => ({
    plain: new Set(known),
    patterns: known
      .filter((english) => english.includes("{"))
      .map((english) => ({
        english,
        names: english.match(/\{\w+\}/g),
        pattern: new RegExp(`^${english.split(/\{\w+\}/).map(quoted).join("(.+)")}$`, "s"),
      })),
  });
  const PLACES = texts.map(([where, known]) => [where, read(known)]);
  const ATTRIBUTES = [read(attributes)];
  const day = (text) =>
    isNaN(Date.parse(text)) ? text : new Date(text).toLocaleDateString(language, { dateStyle: "long" });
  const translated = (text, places) => {
    const trimmed = text.trim();
    const words = translations[language] ?? {};
    for (const { plain, patterns } of places) {
      if (plain.has(trimmed)) return words[trimmed] ?? text;
      for (const { english, names, pattern } of patterns) {
        const found = pattern.exec(trimmed);
        const fill = (all, name, place) => all.replace(name, () => name === "{date}" ? day(found[place + 1]) : found[place + 1]);
        if (found) return names.reduce(fill, words[english] ?? english);
      }
    }
    return text;
  };
  // What was there before stays known, so that the page can change its language again.
  const put = (owner, slot, shown, places, write) => {
    const kept = originals.get(owner) ?? {};
    const original = kept[slot]?.to === shown ? kept[slot].from : shown;
    const wanted = translated(original, places);
    if (wanted === original && !kept[slot]) return;
    originals.set(owner, { ...kept, [slot]: { from: original, to: wanted } });
    if (wanted !== shown) write(wanted);
  };
  const putText = (node) => {
    const parent = node.parentElement;
    const places = PLACES.filter(([where]) => parent?.closest(where)).map(([, known]) => known);
    if (places.length) put(node, "text", node.data, places, (text) => (node.data = text));
  };
  const putAttributes = (element) => {
    if (element.matches(ICON)) return hideIcon(element);
    if (element.tagName === "IFRAME") return nameFrame(element);
    if (element.closest(PEOPLE)) return;
    for (const name of NAMES) {
      const shown = element.getAttribute(name);
      if (shown) put(element, name, shown, ATTRIBUTES, (text) => element.setAttribute(name, text));
    }
  };
  // Its name would be read out in English; the words beside it say the same.
  const hideIcon = (icon) => {
    icon.removeAttribute("aria-label");
    icon.removeAttribute("role");
    icon.setAttribute("aria-hidden", "true");
    icon.setAttribute("translate", "no");
  };
  const hideIcons = (element) => element.querySelectorAll(ICON).forEach(hideIcon);
  const nameFrame = (frame) => {
    const tell = () => frame.contentDocument?.documentElement?.setAttribute("lang", language);
    const name = translations[language]?.[frames[frame.title]];
    if (!name) return;
    if (!originals.has(frame)) frame.addEventListener("load", tell);
    originals.set(frame, {});
    if (frame.getAttribute("aria-label") !== name) frame.setAttribute("aria-label", name);
    tell();
  };
  const putAll = (element) => {
    putAttributes(element);
    hideIcons(element);
    if (element.closest(PEOPLE)) return;
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === Node.ELEMENT_NODE && node.matches(PEOPLE) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
    );
    while (walker.nextNode())
      walker.currentNode.nodeType === Node.TEXT_NODE ? putText(walker.currentNode) : putAttributes(walker.currentNode);
  };
  const follow = () => {
    const wanted = document.querySelector("[data-page-language]")?.dataset.pageLanguage;
    if (!wanted || wanted === language) return;
    root.lang = language = wanted;
    window.dispatchEvent(new Event("languagechange"));
    putAll(document.body);
  };
  const see = (change) => {
    if (change.type === "attributes") putAttributes(change.target);
    else if (change.type === "characterData") putText(change.target);
    else
      for (const node of change.addedNodes)
        if (node.nodeType === Node.TEXT_NODE) putText(node);
        else if (node.nodeType === Node.ELEMENT_NODE) putAll(node);
  };
  new MutationObserver((changes) => {
    follow();
    changes.forEach(see);
  }).observe(root, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: [...NAMES, "data-page-language"],
  });
})();
