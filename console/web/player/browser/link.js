// The connection to the server: a stream of events in, messages out, both for as long as it takes.
const FIRST = 1000;
const LONGEST = 30000;
const SILENT = 40000; // the server says something every 15 s
const KEPT = 300;
const NEWEST_ONLY = new Set(["discovery", "heartbeat", "health", "dashboard"]);

export class Link {
  // `on` has a function for each event's name, and: up(), down(), ended().
  constructor(base, on) {
    this.base = base;
    this.on = on;
    this.window = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
    this.isUp = false;
    this.heardAt = null; // by the server's clock; it may be known from the last time
    this.failures = 0;
    this.offset = 0; // what to add to our clock to have the server's
    this.reconnects = 0;
    this.lostAt = null;
    this.waiting = [];
    this.sending = null;
    addEventListener("online", () => this.hurry?.());
  }

  now() {
    return Date.now() + this.offset;
  }

  setClock(serverTime) {
    const at = Date.parse(serverTime);
    if (Number.isFinite(at)) this.offset = at - Date.now();
  }

  async run() {
    setTimeout(() => this.isUp || this.on.down(), 5000);
    for (;;) {
      const ended = await this.listen();
      this.goDown();
      if (!ended) this.on.down();
      else this.on.ended();
      await this.pause(ended ? 300000 : this.delay());
    }
  }

  delay() {
    const most = Math.min(LONGEST, FIRST * 2 ** Math.min(this.failures++, 10));
    return most / 2 + (Math.random() * most) / 2; // so that all screens do not come back at once
  }

  pause(time) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      this.hurry = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  // Return whether the address has ended.
  async listen() {
    const abort = new AbortController();
    let guard = setTimeout(() => abort.abort(), SILENT);
    try {
      const response = await fetch(`${this.base}/events?window=${this.window}`, {
        signal: abort.signal,
        cache: "no-store",
      });
      if (response.status === 403) return true;
      if (!response.ok) return false;
      this.goUp();
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let text = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return false;
        clearTimeout(guard);
        guard = setTimeout(() => abort.abort(), SILENT);
        this.heardAt = this.now();
        text = this.take(text + value);
      }
    } catch {
      return false;
    } finally {
      clearTimeout(guard);
    }
  }

  take(text) {
    const parts = text.split("\n\n");
    for (const part of parts.slice(0, -1)) {
      const name = /^event: (.*)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (name && data) this.on[name]?.(JSON.parse(data));
    }
    return parts.at(-1);
  }

  goUp() {
    this.isUp = true;
    this.failures = 0;
    this.on.up();
    this.send();
  }

  goDown() {
    if (!this.isUp) return;
    this.isUp = false;
    this.reconnects += 1;
    this.lostAt = new Date(this.now());
  }

  // Of states only the newest is sent; log lines and acknowledgements all, as far as they fit.
  say(kind, payload) {
    if (NEWEST_ONLY.has(kind)) this.waiting = this.waiting.filter((one) => one.kind !== kind);
    this.waiting.push({ kind, payload });
    if (this.waiting.length > KEPT) {
      const place = this.waiting.findIndex((one) => one.kind !== "ack");
      this.waiting.splice(place < 0 ? 0 : place, 1);
    }
    return this.send();
  }

  // Return whether all that waited has been taken in.
  async send() {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async sendAll() {
    await Promise.resolve(); // what is said together goes together
    while (this.isUp && this.waiting.length) {
      const messages = this.waiting.splice(0, 50);
      try {
        const response = await fetch(`${this.base}/say`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ messages }),
        });
        if (response.ok) this.setClock((await response.json()).serverTime);
        else if (response.status === 403) return false;
        else if (response.status >= 429) throw new Error(`status ${response.status}`);
      } catch {
        const newer = new Set(this.waiting.map((one) => one.kind));
        const left = messages.filter((one) => !NEWEST_ONLY.has(one.kind) || !newer.has(one.kind));
        this.waiting = [...left, ...this.waiting];
        setTimeout(() => this.send(), 10000 + Math.random() * 10000);
        return false;
      }
    }
    return !this.waiting.length;
  }
}
