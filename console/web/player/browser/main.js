// The screen: takes what the server says, keeps it, shows what is first, and reports.
import { Link } from "./link.js";
import { Media } from "./media.js";
import { Report } from "./report.js";
import { Store } from "./store.js";
import { Presentation, Video, Website } from "./fileviews.js";
import { Card, Idle, Message, element } from "./views.js";

const page = document.documentElement.dataset;
const words = JSON.parse(page.words);
const base = location.pathname.replace(/\/$/, "");
const QUIET = 4000;
const KINDS = {
  presentation: Presentation,
  website: Website,
  webuntis: Website,
  video: Video,
  message: Message,
};

class Screen {
  constructor() {
    this.words = words;
    this.store = new Store(`infoscreen ${base}`);
    this.media = new Media(base, this.store);
    this.stage = document.getElementById("stage");
    this.facts = { uuid: null, name: "", organization: "", timezone: undefined, hasGroup: true };
    this.items = null;
    this.signs = new Map();
    this.link = new Link(base, {
      screen: (facts) => this.takeFacts(facts),
      list: (list) => this.takeList(list),
      role: (role) => this.takeRole(role),
      command: (command) => this.report.command(command),
      up: () => this.comeBack(),
      down: () => this.showAway(),
      ended: () => this.end(),
    });
    this.report = new Report(this.link, this);
  }

  get uuid() { return this.facts.uuid; }
  get name() { return this.facts.name; }
  get organization() { return this.facts.organization; }
  get timezone() { return this.facts.timezone; }
  get plannedId() { return this.items?.[0]?.id ?? null; }
  get shownId() {
    const isSentence = this.view instanceof Card || this.view?.card;
    return isSentence ? null : (this.view?.item?.id ?? null);
  }

  now() {
    return this.link.now();
  }

  log(level, message, context) {
    this.report.log(level, message, context);
  }

  async run() {
    await this.recall();
    this.render();
    this.link.run();
    setInterval(() => this.render(), 1000); // what has ended while nobody tells us
    setInterval(() => this.media.turn(), 36e5);
    setInterval(() => this.link.isUp && this.store.put("facts", "heard", this.link.heardAt), 60000);
  }

  // What was on the screen last, for as long as the server is away.
  async recall() {
    const [facts, list] = await Promise.all([
      this.store.get("facts", "screen"),
      this.store.get("facts", "list"),
    ]);
    if (facts) this.facts = facts;
    if (list) {
      this.link.offset = list.offset ?? 0;
      this.items = list.items;
    }
    this.link.heardAt = (await this.store.get("facts", "heard")) ?? null;
  }

  async takeFacts(facts) {
    this.facts = facts;
    document.title = facts.name;
    document.getElementById("name").textContent = facts.name;
    await this.store.put("facts", "screen", facts);
    if (facts.version !== page.version) this.renew(facts.version);
    this.render();
  }

  async takeList({ serverTime, items }) {
    this.link.setClock(serverTime);
    this.items = items;
    this.render();
    await this.store.put("facts", "list", { items, offset: this.link.offset });
    await this.store.put("facts", "heard", this.link.heardAt);
    await this.fetchAhead();
  }

  takeRole({ speaks }) {
    this.sign("second", speaks ? null : words.second);
    this.report.speak(speaks);
    if (!speaks) return;
    this.report.finishRestart();
    if (this.view) this.report.changed();
  }

  // All pages and pictures of the list are at hand before the server may be away.
  async fetchAhead() {
    for (const item of this.items ?? []) {
      for (const file of item.presentation?.files ?? []) {
        try {
          if (file.kind === "document") {
            const pages = await this.media.pages(file.pages);
            for (let number = 1; number <= pages; number += 1) {
              await this.media.page(file.pages, number);
            }
          } else {
            await this.media.file(file);
          }
        } catch {
          // the view says so once it is its turn
        }
      }
    }
  }

  active() {
    const now = this.now();
    return (this.items ?? []).filter((item) => Date.parse(item.end) > now);
  }

  // Show the first of the list; a view goes on as long as what it shows is the same.
  render() {
    if (this.isOver) return;
    const items = this.active();
    const item = items.find((one) => canShow(one)) ?? items[0];
    const key = this.keyOf(item);
    if (key === this.key) {
      if (item) this.view.update(item);
      return;
    }
    this.key = key;
    this.replace(this.viewOf(item));
  }

  keyOf(item) {
    if (item) return JSON.stringify(item, (name, value) => (name === "url" ? value.split("?")[0] : value));
    return this.items === null ? "waiting" : `idle ${JSON.stringify(this.facts)}`;
  }

  viewOf(item) {
    if (!item) {
      if (this.items === null) return new Card(null, this, words.waiting);
      return this.facts.hasGroup ? new Idle(null, this) : new Card(null, this, this.name, words.noGroup);
    }
    const kind = KINDS[item.event_type];
    if (kind) return new kind(item, this);
    const title = words.notShown.replace("{title}", item.title);
    return new Card(item, this, title, words.unknownType);
  }

  replace(view) {
    const before = this.view;
    this.view = view;
    this.stage.append(view.root);
    view.start();
    requestAnimationFrame(() => requestAnimationFrame(() => view.root.classList.add("is-on")));
    if (before) {
      before.root.classList.remove("is-on");
      setTimeout(() => before.stop(), 600);
    }
    this.changed("view");
  }

  changed(what) {
    if (what === "view") this.report?.changed();
  }

  sign(name, text, onClick) {
    this.signs.get(name)?.remove();
    this.signs.delete(name);
    if (!text) return;
    const sign = element("span", { class: name }, text);
    if (onClick) sign.addEventListener("click", onClick);
    this.signs.set(name, sign);
    document.getElementById("signs").append(sign);
  }

  comeBack() {
    if (this.isOver) this.reload(); // the address holds again
    this.sign("away", null);
    this.report.discover();
  }

  showAway() {
    if (this.signs.has("away")) return;
    const since = new Date(this.link.heardAt ?? this.now());
    const time = since.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    this.sign("away", words.away.replace("{time}", time));
  }

  askForSound(give) {
    this.giveSound = give;
    this.sign("sound", give ? words.sound : null, () => this.gesture());
  }

  gesture() {
    this.giveSound?.();
    this.giveSound = null;
    this.sign("sound", null);
  }

  // Whether a website does not let itself be framed, as far as the server can find out.
  async refusesFrames(item) {
    try {
      const response = await fetch(`${base}/framing/${item.id}`);
      return response.ok && (await response.json()).refuses === true;
    } catch {
      return false;
    }
  }

  async isServed() {
    try {
      return (await fetch(base, { cache: "no-store" })).ok;
    } catch {
      return false;
    }
  }

  reload() {
    location.reload();
  }

  // The server has another version of this page: once, and only while it is there.
  async renew(version) {
    if (sessionStorage.getItem("infoscreen-version") === version) return;
    sessionStorage.setItem("infoscreen-version", version);
    if (await this.isServed()) this.reload();
  }

  // The address was revoked: nothing of the school stays in this browser.
  async end() {
    this.isOver = true;
    for (const name of [...this.signs.keys()]) this.sign(name, null);
    this.report.speak(false);
    this.replace(new Card(null, this, words.ended, words.endedHelp));
    await this.store.forget();
    navigator.serviceWorker?.controller?.postMessage("forget");
  }
}

function canShow(item) {
  if (item.event_type === "presentation") return item.presentation.files.length > 0;
  return item.event_type in KINDS;
}

function keepAwake() {
  const ask = () => {
    if (document.visibilityState === "visible") {
      navigator.wakeLock?.request("screen").catch(() => undefined);
    }
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

function showBar(screen) {
  const bar = document.getElementById("bar");
  const full = document.getElementById("full");
  const write = () => {
    full.textContent = document.fullscreenElement ? words.leaveFullScreen : words.fullScreen;
  };
  full.hidden = !document.documentElement.requestFullscreen;
  full.addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  });
  document.addEventListener("fullscreenchange", write);
  write();
  let timer;
  const show = () => {
    bar.hidden = false;
    document.body.classList.remove("is-quiet");
    clearTimeout(timer);
    timer = setTimeout(() => {
      bar.hidden = !bar.contains(document.activeElement);
      document.body.classList.add("is-quiet");
    }, QUIET);
  };
  for (const name of ["pointermove", "pointerdown", "keydown"]) addEventListener(name, show);
  addEventListener("pointerdown", () => screen.gesture());
  addEventListener("keydown", (event) => {
    screen.gesture();
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step) screen.view?.key(step);
    if (event.key === "Escape") document.activeElement?.blur();
  });
  document.body.classList.add("is-quiet");
}

const screenOfThisPage = new Screen();
addEventListener("error", (event) => {
  screenOfThisPage.log("error", `script: ${event.message}`, { at: `${event.filename}:${event.lineno}` });
});
addEventListener("unhandledrejection", (event) => {
  screenOfThisPage.log("error", `script: ${event.reason}`, {});
});
if (page.state === "ended") {
  screenOfThisPage.end();
} else {
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register("/player/assets/sw.js", { scope: "/player/" }).catch(() => undefined);
  }
  navigator.storage?.persist?.().catch(() => undefined);
  keepAwake();
  showBar(screenOfThisPage);
  screenOfThisPage.run();
}
