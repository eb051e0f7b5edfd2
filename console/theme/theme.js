// Light or dark as the person chose it, in place of what their machine says; without a choice, the machine's.
// The document says the choice for its first drawing, the page's foot from then on: it may change while the document
// stays. Streamlit and the scripts ask the browser, so it is the browser's answer that is replaced.
(() => {
  const root = document.documentElement;
  const SCHEME = /^\(prefers-color-scheme:\s*(light|dark)\)$/;
  const ask = window.matchMedia.bind(window);
  let chosen = root.dataset.theme ?? "";

  class Answer extends EventTarget {
    constructor(scheme) {
      super();
      this.scheme = scheme;
      this.media = `(prefers-color-scheme: ${scheme})`;
      this.onchange = null;
      this.machine = ask(this.media);
      this.machine.addEventListener("change", () => chosen || this.tell());
    }
    get matches() {
      return chosen ? chosen === this.scheme : this.machine.matches;
    }
    tell() {
      const news = new MediaQueryListEvent("change", { media: this.media, matches: this.matches });
      this.onchange?.(news);
      this.dispatchEvent(news);
    }
    addListener(listener) {
      this.addEventListener("change", listener);
    }
    removeListener(listener) {
      this.removeEventListener("change", listener);
    }
  }
  const answers = { light: new Answer("light"), dark: new Answer("dark") };
  window.matchMedia = (query) => answers[SCHEME.exec(query)?.[1]] ?? ask(query);

  const paint = () => (root.style.colorScheme = chosen);
  const follow = () => {
    const wanted = document.querySelector("[data-page-theme]")?.dataset.pageTheme;
    if (wanted === undefined || wanted === chosen) return;
    const before = answers.dark.matches;
    chosen = wanted;
    paint();
    if (answers.dark.matches !== before) Object.values(answers).forEach((answer) => answer.tell());
  };
  paint();
  new MutationObserver(follow).observe(root, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["data-page-theme"],
  });
})();
