// How each kind of event looks. A view is started, drawn for pictures, and stopped; it may be told
// of new addresses of the same files.
import { writeLines } from "./picture.js";

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

export class View {
  constructor(item, screen) {
    this.item = item;
    this.screen = screen; // words, media, now(), log(), soundWanted(), timezone, organization
    this.root = element("section", { class: "view" });
    this.timers = new Set();
  }

  later(time, work) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, time);
    this.timers.add(timer);
  }

  update(item) {
    this.item = item;
  }

  stop() {
    this.isStopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.root.remove();
  }

  start() {}
  key() {}

  draw(context, width, height) {
    context.fillStyle = "#0f1526";
    context.fillRect(0, 0, width, height);
  }
}

export class Card extends View {
  constructor(item, screen, title, text = "") {
    super(item, screen);
    this.title = title;
    this.text = text;
    this.root.classList.add("card");
    this.root.append(element("h1", {}, title), element("p", {}, text));
  }

  draw(context, width, height) {
    super.draw(context, width, height);
    writeLines(context, [this.title, this.text], width, height, "#eef1fa");
  }
}

export class Idle extends View {
  constructor(item, screen) {
    super(item, screen);
    this.root.classList.add("idle");
    this.time = element("time");
    this.date = element("div", { class: "date" });
    this.who = element("div", { class: "who" });
    this.box = element("div", {}, this.time, this.date, this.who);
    this.root.append(this.box);
  }

  start() {
    this.tick();
    this.move();
  }

  tick() {
    const now = this.screen.now();
    const zone = { timeZone: this.screen.timezone };
    this.time.textContent = format(now, { ...zone, hour: "2-digit", minute: "2-digit" });
    this.date.textContent = format(now, { ...zone, weekday: "long", day: "numeric", month: "long" });
    this.who.textContent = this.screen.organization;
    this.later(60050 - (now % 60000), () => this.tick());
  }

  // Nothing bright stands still for hours.
  move() {
    const roam = (most) => `${Math.round((Math.random() - 0.5) * most)}px`;
    this.box.style.setProperty("--x", roam(innerWidth * 0.16));
    this.box.style.setProperty("--y", roam(innerHeight * 0.3));
    this.later(60000, () => this.move());
  }

  draw(context, width, height) {
    context.fillStyle = "#1d2746";
    context.fillRect(0, 0, width, height);
    const lines = [this.time, this.date, this.who].map((one) => one.textContent);
    writeLines(context, lines, width, height, "#d6ddf5");
  }
}

function format(now, options) {
  const language = document.documentElement.lang;
  try {
    return new Intl.DateTimeFormat(language, { ...options, hour12: false }).format(now);
  } catch {
    return new Intl.DateTimeFormat(language, { ...options, timeZone: undefined }).format(now);
  }
}

const COLORS = { info: "#18224a", warning: "#5a3a00", emergency: "#8a0f16" };

export class Message extends View {
  constructor(item, screen) {
    super(item, screen);
    const { text, severity = "info" } = item.message;
    this.severity = severity;
    this.root.classList.add("message", severity);
    this.text = element("p", {}, text);
    const header = element("header", {}, element("span", {}, item.title === text ? "" : item.title));
    if (severity !== "info") header.prepend(element("b", {}, screen.words[severity]));
    this.body = element("div", { class: "body" }, this.text);
    this.root.append(header, this.body);
  }

  start() {
    this.fit();
    this.onResize = () => this.fit();
    addEventListener("resize", this.onResize);
  }

  // The largest size at which all of the text is on the screen. Words are broken only where they
  // would make it tiny.
  fit() {
    const least = Math.min(innerWidth, innerHeight) * 0.05;
    this.text.style.overflowWrap = "normal";
    if (this.grow() < least) {
      this.text.style.overflowWrap = "anywhere";
      this.grow();
    }
  }

  grow() {
    const room = () => this.text.offsetHeight <= this.body.clientHeight
      && this.text.scrollWidth <= this.body.clientWidth;
    let small = 8;
    let large = Math.min(innerWidth, innerHeight) * 0.14;
    while (large - small > 1) {
      const size = (small + large) / 2;
      this.text.style.fontSize = `${size}px`;
      if (room()) small = size;
      else large = size;
    }
    this.text.style.fontSize = `${small}px`;
    return small;
  }

  stop() {
    removeEventListener("resize", this.onResize);
    super.stop();
  }

  draw(context, width, height) {
    context.fillStyle = COLORS[this.severity];
    context.fillRect(0, 0, width, height);
    writeLines(context, [this.item.message.text, this.item.title], width, height, "#ffffff");
  }
}
