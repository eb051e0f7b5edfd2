/* Files on their way to the library, by tus 1.0 (`console/web/uploads`).

   What is being sent belongs to the document, not to the part of the page that shows it: people may
   open another page meanwhile. Each file is sent in pieces. After a lost connection it goes on where
   it stopped, also after the page was loaded anew, when the same file is chosen again. What arrived is
   told to the page as the ids of files, until the page says that it has seen them. */

const ADDRESS = "/uploads";
const PIECE = 8 * 2 ** 20;
const AT_ONCE = 3;
const WAITS_MS = [1000, 2000, 4000, 8000, 15000, 30000];
const SPEED_MS = 6000; // of the last seconds only: what was before says little
const TELL_MS = 2500; // while others are still on their way
const DAY_MS = 24 * 3600 * 1000;
const KEPT = "infoscreen-upload:";
const WORTH_ANOTHER_TRY = new Set([0, 401, 408, 423, 429, 500, 502, 503, 504]);
const OVER = new Set(["done", "refused"]);

const areas = new Map(); // key → what is shown of it, and what arrived
const queue = [];

/* --- the protocol -------------------------------------------------------------------------------- */

const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/* What our own pages show beside the cookie, so that no other site's can send anything. It belongs to
   the session: whoever signed in anew meanwhile has another. */
let token = null;
const askToken = async () => {
  const answer = await fetch("/api/auth/me").catch(() => null);
  return (answer?.ok ? (await answer.json()).csrfToken : null) ?? null;
};
const shown = async () => {
  token ??= await askToken();
  return { "Tus-Resumable": "1.0.0", "X-CSRF-Token": token ?? "" };
};

const ask = async (method, address, headers, body, upload) => {
  const known = token;
  const answer = await sent(method, address, { ...headers, ...(await shown()) }, body, upload);
  if (answer.status !== 403 || known === null) return answer;
  token = null;
  return sent(method, address, { ...headers, ...(await shown()) }, body, upload);
};

const sent = (method, address, headers, body, upload) =>
  new Promise((resolve) => {
    const request = new XMLHttpRequest();
    if (!upload.isActive) return resolve(request); // paused while the token was asked for
    upload.request = request;
    request.open(method, address);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    const from = upload.sent;
    if (body) {
      request.upload.onprogress = ({ loaded }) => upload.note(from + loaded);
      request.upload.onload = () => upload.note(from + body.size);
    }
    request.onloadend = () => {
      upload.request = null;
      resolve(request);
    };
    request.send(body ?? null);
  });

// What the server says, by language: the page's may change while the sentence stands there.
const sentenceOf = (answer) => {
  try {
    const said = JSON.parse(answer.responseText);
    return said.texts ?? said.error ?? "";
  } catch {
    return "";
  }
};

class Upload {
  constructor(file, area) {
    this.file = file;
    this.area = area;
    this.folder = area.data.folder;
    this.replaces = area.data.replaces;
    this.state = "waiting"; // sending, checking, broken, paused, done, refused
    this.sent = 0;
    this.error = "";
    this.tries = 0;
    this.points = [];
    this.key = `${KEPT}${[file.name, file.size, file.lastModified, this.folder, this.replaces].join(":")}`;
    this.address = kept(this.key);
  }

  get isOver() {
    return OVER.has(this.state);
  }

  get isActive() {
    return this.state === "sending" || this.state === "checking";
  }

  note(sent) {
    this.sent = sent;
    const now = performance.now();
    this.points = [...this.points.filter(([at]) => now - at < SPEED_MS), [now, sent]];
    if (sent >= this.file.size && this.state === "sending") this.state = "checking";
    this.area.drawSoon();
  }

  /* Bytes per second of late; null while nobody can say. */
  get speed() {
    const [first, last] = [this.points[0], this.points.at(-1)];
    return first && last[0] - first[0] > 500 ? ((last[1] - first[1]) / (last[0] - first[0])) * 1000 : null;
  }

  async run() {
    this.state = "sending";
    this.error = "";
    this.points = [];
    this.area.drawSoon();
    try {
      while (this.isActive) await this.step();
    } catch (error) {
      this.fail(0, String(error));
    }
    this.area.drawSoon();
    begin();
  }

  /* One request; what it says decides on the next. */
  async step() {
    if (!this.address) return this.create();
    if (this.isUnsure) return this.find();
    return this.send();
  }

  async create() {
    const said = { filename: this.file.name, folder: this.folder ?? "", replaces: this.replaces ?? "" };
    const metadata = Object.entries(said)
      .filter(([, value]) => value !== "")
      .map(([name, value]) => `${name} ${encoded(String(value))}`)
      .join(",");
    const headers = { "Upload-Length": String(this.file.size), "Upload-Metadata": metadata };
    const answer = await ask("POST", ADDRESS, headers, null, this);
    if (answer.status !== 201) return this.fail(answer.status, sentenceOf(answer));
    this.address = answer.getResponseHeader("Location");
    keep(this.key, this.address);
    this.settle(answer, 0);
  }

  async find() {
    const answer = await ask("HEAD", this.address, {}, null, this);
    const offset = Number(answer.getResponseHeader("Upload-Offset") ?? NaN);
    if (answer.status === 404 || answer.status === 410) return this.beginAnew();
    if (answer.status !== 200 || Number.isNaN(offset)) return this.fail(answer.status, "");
    this.isUnsure = false;
    this.settle(answer, offset);
  }

  async send() {
    const piece = this.file.slice(this.sent, this.sent + PIECE);
    const headers = { "Upload-Offset": String(this.sent), "Content-Type": "application/offset+octet-stream" };
    const answer = await ask("PATCH", this.address, headers, piece, this);
    if (answer.status === 404 || answer.status === 410) return this.beginAnew();
    if (answer.status === 409) return void (this.isUnsure = true);
    if (answer.status !== 204) return this.fail(answer.status, sentenceOf(answer));
    this.settle(answer, Number(answer.getResponseHeader("Upload-Offset")));
  }

  settle(answer, offset) {
    if (this.state === "paused") return;
    this.tries = 0;
    this.sent = offset;
    this.state = "sending";
    const id = answer.getResponseHeader("Media-Id");
    if (!id) return;
    this.state = "done";
    forget(this.key);
    this.area.arrive(Number(id));
  }

  beginAnew() {
    forget(this.key);
    this.address = null;
    this.isUnsure = false;
    this.sent = 0;
    this.points = [];
  }

  fail(status, sentence) {
    if (this.state === "paused" || this.isOver) return;
    this.isUnsure = Boolean(this.address);
    if (WORTH_ANOTHER_TRY.has(status)) {
      this.state = "broken";
      this.error = status === 401 ? this.area.data.words.signed_out : sentence;
      const wait = WAITS_MS[Math.min(this.tries++, WAITS_MS.length - 1)];
      this.timer = setTimeout(() => this.goOn(), wait);
      return;
    }
    this.state = "refused";
    this.error = sentence || this.area.data.words.refused;
    forget(this.key);
  }

  goOn() {
    clearTimeout(this.timer);
    if (this.state !== "broken" && this.state !== "paused") return;
    this.state = "waiting";
    begin();
  }

  pause() {
    clearTimeout(this.timer);
    this.state = "paused";
    this.isUnsure = Boolean(this.address);
    this.request?.abort();
    this.area.drawSoon();
    begin();
  }

  /* Takes it off the list; what had arrived is forgotten at the other end, too. */
  remove() {
    const address = this.isOver ? null : this.address;
    clearTimeout(this.timer);
    this.state = "paused";
    this.request?.abort();
    forget(this.key);
    queue.splice(queue.indexOf(this), 1);
    if (address) giveUp(address);
    this.area.drawSoon();
    begin();
  }
}

const begin = () => {
  for (const upload of queue) {
    if (queue.filter((one) => one.isActive).length >= AT_ONCE) break;
    if (upload.state !== "waiting") continue;
    upload.isUnsure = Boolean(upload.address);
    upload.run();
  }
};

/* The other end may still be at the piece that was cut off. */
const giveUp = async (address, tries = 5) => {
  const answer = await fetch(address, { method: "DELETE", headers: await shown() }).catch(() => null);
  if (answer?.status === 423 && tries > 0) setTimeout(() => giveUp(address, tries - 1), 1000);
};

/* Where a file was on its way to, in case the page is loaded anew meanwhile. */
const keep = (key, address) => localStorage.setItem(key, JSON.stringify({ address, at: Date.now() }));
const forget = (key) => localStorage.removeItem(key);
const kept = (key) => {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(KEPT))) {
    const { at } = JSON.parse(localStorage.getItem(name));
    if (Date.now() - at > DAY_MS) forget(name);
  }
  return JSON.parse(localStorage.getItem(key))?.address ?? null;
};

window.addEventListener("online", () => queue.forEach((upload) => upload.state === "broken" && upload.goOn()));
window.addEventListener("beforeunload", (event) => {
  if (queue.some((upload) => !upload.isOver && upload.state !== "paused")) event.preventDefault();
});

/* --- what is shown ------------------------------------------------------------------------------- */

const element = (tag, values = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), values);
  made.append(...children);
  return made;
};
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

class Area {
  constructor(key) {
    this.key = key;
    this.arrived = [];
    this.root = null;
    this.data = { words: {} };
    this.rows = new Map();
    this.note = "";
  }

  /* Takes what the page says, and draws in its element; the same one or, after a visit elsewhere, another. */
  show({ data, parentElement, setStateValue }) {
    this.data = data;
    this.tell = (ids) => setStateValue("arrived", ids);
    this.arrived = this.arrived.filter((id) => !data.seen.includes(id));
    if (this.root?.parentElement !== parentElement) {
      this.rows.clear();
      parentElement.replaceChildren((this.root = this.frame()));
    }
    this.label();
    this.draw();
    if (this.arrived.length) this.tellSoon();
  }

  hide(parentElement) {
    if (this.root?.parentElement !== parentElement) return;
    this.root.remove();
    this.root = null;
  }

  frame() {
    this.input = element("input", { type: "file", hidden: true });
    this.input.addEventListener("change", () => {
      this.add([...this.input.files]);
      this.input.value = "";
    });
    this.button = element("button", { type: "button", className: "is-choose" });
    this.button.addEventListener("click", () => this.input.click());
    this.hint = element("span", { className: "is-quiet" });
    this.said = element("p", { className: "is-said" });
    this.said.setAttribute("role", "status");
    this.list = element("ul");
    this.zone = element("div", { className: "is-zone" }, this.button, this.hint, this.input);
    return element("div", { className: "is-uploads" }, this.zone, this.said, this.list);
  }

  label() {
    const { words, only_one: isOnlyOne, language } = this.data;
    this.input.multiple = !isOnlyOne;
    this.button.textContent = isOnlyOne ? words.choose_one : words.choose;
    this.hint.textContent = isOnlyOne ? words.drop_one : words.drop;
    this.number = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format;
    this.whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 }).format;
    this.rows.clear();
    this.list.replaceChildren();
  }

  add(files) {
    this.note = files.some((file) => file === null) ? this.data.words.folders : "";
    const wanted = files.filter(Boolean).slice(0, this.data.only_one ? 1 : undefined);
    queue.push(...wanted.map((file) => new Upload(file, this)));
    this.draw();
    begin();
  }

  arrive(id) {
    this.arrived.push(id);
    this.tellSoon();
  }

  /* At once with the last file; while others are on their way, not with each. */
  tellSoon() {
    clearTimeout(this.teller);
    const isBusy = queue.some((upload) => upload.area === this && (upload.isActive || upload.state === "waiting"));
    this.teller = setTimeout(() => this.root && this.tell([...this.arrived]), isBusy ? TELL_MS : 50);
  }

  drawSoon() {
    if (this.drawing) return;
    this.drawing = setTimeout(() => {
      this.drawing = null;
      this.draw();
    }, 100);
  }

  draw() {
    if (!this.root) return;
    const mine = queue.filter((upload) => upload.area === this);
    for (const [upload, row] of this.rows) {
      if (mine.includes(upload)) continue;
      row.item.remove();
      this.rows.delete(upload);
    }
    for (const upload of mine) this.drawRow(upload);
    const done = mine.filter((upload) => upload.state === "done").length;
    const said = this.note || (done ? fill(this.data.words.arrived, { done, all: mine.length }) : "");
    if (this.said.textContent !== said) this.said.textContent = said;
  }

  inWords(error) {
    return error?.[this.data.language] ?? error ?? "";
  }

  drawRow(upload) {
    const row = this.rows.get(upload) ?? this.newRow(upload);
    const { words } = this.data;
    row.item.dataset.state = upload.state;
    row.bar.max = Math.max(upload.file.size, 1);
    row.bar.value = upload.state === "done" ? row.bar.max : upload.sent;
    row.bar.hidden = upload.state === "refused";
    const told = upload.state === "refused" ? this.inWords(upload.error) : this.course(upload);
    if (row.told.textContent !== told) row.told.textContent = told;
    row.told.setAttribute("role", upload.state === "refused" ? "alert" : "none");
    const isPaused = upload.state === "paused" || upload.state === "broken";
    row.turn.hidden = upload.isOver;
    row.turn.textContent = isPaused ? words.go_on : words.pause;
    row.turn.ariaLabel = fill(isPaused ? words.go_on_with : words.pause_of, { name: upload.file.name });
    row.away.textContent = upload.isOver ? words.hide : words.cancel;
    row.away.ariaLabel = fill(upload.isOver ? words.hide_of : words.cancel_of, { name: upload.file.name });
  }

  newRow(upload) {
    const { name } = upload.file;
    const row = {
      bar: element("progress", { ariaLabel: name }),
      told: element("span", { className: "is-quiet is-small is-told" }),
      turn: element("button", { type: "button" }),
      away: element("button", { type: "button" }),
    };
    row.turn.addEventListener("click", () =>
      upload.state === "paused" || upload.state === "broken" ? upload.goOn() : upload.pause(),
    );
    row.away.addEventListener("click", () => upload.remove());
    row.item = element(
      "li",
      {},
      element("span", { className: "is-name", textContent: name, title: name }),
      row.bar,
      row.told,
      element("span", { className: "is-turns" }, row.turn, row.away),
    );
    this.list.append(row.item);
    this.rows.set(upload, row);
    return row;
  }

  /* How far a file is, in words. */
  course(upload) {
    const { words } = this.data;
    const sizes = { sent: this.bytes(upload.sent), size: this.bytes(upload.file.size) };
    if (upload.state === "done") return fill(words.done, sizes);
    if (upload.state === "checking") return words.checking;
    if (upload.state === "waiting") return fill(words.waiting, sizes);
    const part = fill(words.part, sizes);
    if (upload.state === "paused") return `${part} · ${words.paused}`;
    if (upload.state === "broken") return `${part} · ${this.inWords(upload.error) || words.broken}`;
    const speed = upload.speed;
    if (!speed) return part;
    const left = this.span((upload.file.size - upload.sent) / speed);
    return `${part} · ${fill(words.speed, { speed: this.bytes(speed) })} · ${fill(words.left, { left })}`;
  }

  bytes(count) {
    const units = ["B", "KiB", "MiB", "GiB"];
    const power = count < 1024 ? 0 : Math.min(Math.floor(Math.log2(count) / 10), units.length - 1);
    return `${(power ? this.number : this.whole)(count / 1024 ** power)} ${units[power]}`;
  }

  span(seconds) {
    if (seconds < 60) return `${Math.max(1, Math.ceil(seconds))} s`;
    return seconds < 3600 ? `${Math.ceil(seconds / 60)} min` : `${this.number(seconds / 3600)} h`;
  }
}

/* --- dropping ------------------------------------------------------------------------------------ */

const isOfFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");

/* The area below the pointer; beside every one of them, that of the dialog, or the latest. */
const areaAt = (target) => {
  const shown = [...areas.values()].filter((area) => area.root?.isConnected);
  return (
    shown.find((area) => area.root.contains(target)) ??
    shown.find((area) => area.root.closest('[role="dialog"]')) ??
    shown.at(-1)
  );
};

const mark = (wanted) => {
  for (const area of areas.values()) area.zone?.classList.toggle("is-wanted", area === wanted);
};

/* A file dropped beside an area would open in its place, and the page would be gone. */
document.addEventListener("dragover", (event) => {
  const area = isOfFiles(event) ? areaAt(event.target) : undefined;
  if (!area) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  mark(area);
});
document.addEventListener("dragleave", (event) => event.relatedTarget === null && mark(null));
document.addEventListener("drop", (event) => {
  mark(null);
  const area = isOfFiles(event) ? areaAt(event.target) : undefined;
  if (!area) return;
  event.preventDefault();
  const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
  area.add(items.map((item) => (item.webkitGetAsEntry?.()?.isDirectory ? null : item.getAsFile())));
});

/* Draws an area; Streamlit calls it with each run of the page that says something new. */
export const drawUploads = (component) => {
  const { key } = component.data;
  const area = areas.get(key) ?? areas.set(key, new Area(key)).get(key);
  area.show(component);
  return () => area.hide(component.parentElement);
};
