// How files and websites look; see views.js.
import { fit, stretch, writeLines } from "./picture.js";
import { Card, View, element } from "./views.js";

export class Presentation extends View {
  constructor(item, screen) {
    super(item, screen);
    this.frames = [];
    this.place = -1;
    this.failures = 0;
    this.turns = 0;
    this.bar = element("i");
    if (item.presentation.page_progress) {
      this.root.append(element("div", { class: "progress" }, this.bar));
    }
  }

  async start() {
    const files = this.item.presentation.files;
    for (const file of files) {
      if (this.isStopped) return;
      this.frames.push(...(await this.framesOf(file)));
      if (this.place < 0 && this.frames.length) this.turn(1);
    }
    if (!this.frames.length && !this.isStopped) this.giveUp();
    else this.showProgress();
  }

  async framesOf(file) {
    try {
      if (file.kind === "document") {
        const pages = await this.screen.media.pages(file.pages);
        const numbers = Array.from({ length: pages }, (_, index) => index + 1);
        return numbers.map((page) => ({ load: () => this.screen.media.page(file.pages, page) }));
      }
      return [{ load: () => this.screen.media.file(this.fresh(file)) }];
    } catch (error) {
      this.screen.log("error", "file not loaded", { file: file.name, reason: String(error) });
      return [];
    }
  }

  // Addresses are signed for a while: the newest list has those that hold.
  fresh(file) {
    const known = this.item.presentation.files.find((one) => one.name === file.name);
    return known ?? file;
  }

  async turn(step) {
    const count = this.frames.length;
    const place = (this.place + step + count) % count;
    const turn = (this.turns += 1);
    this.place = place; // at once: somebody may turn on before this page is there
    clearTimeout(this.next);
    this.showProgress();
    const isShown = await this.show(this.frames[place], turn);
    if (this.isStopped || turn !== this.turns) return;
    const { auto_progress: turns, slide_interval: seconds } = this.item.presentation;
    if (!isShown) {
      this.failures += 1;
      if (this.failures > this.frames.length) {
        this.giveUp();
        return;
      }
      this.next = setTimeout(() => this.turn(1), 500);
    } else if (turns) {
      this.failures = 0;
      if (this.frames.length > 1) {
        const ahead = this.frames[(place + 1) % this.frames.length];
        ahead.load().catch(() => undefined);
      }
      this.next = setTimeout(() => this.turn(1), seconds * 1000);
    }
  }

  async show(frame, turn) {
    const image = element("img", { alt: "" });
    try {
      image.src = await frame.load();
      await image.decode();
    } catch (error) {
      this.screen.log("error", "page not shown", { title: this.item.title, reason: String(error) });
      return false;
    }
    if (this.isStopped || turn !== this.turns) return true;
    const before = this.image;
    this.image = image;
    this.root.prepend(image);
    requestAnimationFrame(() => requestAnimationFrame(() => image.classList.add("is-on")));
    if (before) {
      before.classList.remove("is-on");
      this.later(600, () => before.remove());
    }
    this.screen.changed("page");
    return true;
  }

  showProgress() {
    this.bar.style.width = `${(100 * (this.place + 1)) / Math.max(this.frames.length, 1)}%`;
    this.bar.parentElement?.toggleAttribute("hidden", this.frames.length < 2);
  }

  giveUp() {
    if (this.isStopped) return;
    const { words } = this.screen;
    const isEmpty = !this.item.presentation.files.length;
    this.card = new Card(
      this.item,
      this.screen,
      this.item.title,
      isEmpty ? words.converting : words.failed,
    );
    this.card.root.classList.add("is-on");
    this.root.append(this.card.root);
    if (!isEmpty) {
      this.later(30000, () => {
        this.card.root.remove();
        this.card = undefined;
        this.frames = [];
        this.place = -1;
        this.failures = 0;
        this.start();
      });
    }
  }

  key(step) {
    if (this.frames.length > 1) this.turn(step);
  }

  stop() {
    clearTimeout(this.next);
    super.stop();
  }

  draw(context, width, height) {
    super.draw(context, width, height);
    if (this.card) this.card.draw(context, width, height);
    else if (this.image) stretch(context, this.image, width, height, fit);
  }
}

export class Video extends View {
  constructor(item, screen) {
    super(item, screen);
    this.film = element("video", { playsinline: "", preload: "auto" });
    this.root.append(this.film);
  }

  async start() {
    const { video } = this.item;
    this.film.loop = video.loop;
    this.film.volume = video.volume;
    this.film.addEventListener("error", () => this.retry());
    this.film.addEventListener("playing", () => {
      this.errors = 0;
    });
    this.film.src = await this.screen.media.video(video);
    if (video.autoplay) await this.play();
    else this.offer();
  }

  // Browsers play without a gesture only what is muted.
  async play() {
    const { video } = this.item;
    this.film.muted = video.muted;
    try {
      await this.film.play();
    } catch (error) {
      if (this.isStopped || error.name !== "NotAllowedError") return;
      this.film.muted = true;
      this.screen.askForSound(() => {
        this.film.muted = false;
      });
      await this.film.play().catch(() => undefined);
    }
  }

  offer() {
    const button = element("button", { type: "button", class: "start" }, this.screen.words.play);
    button.addEventListener("click", () => {
      button.remove();
      this.play();
    });
    this.root.append(button);
  }

  async retry() {
    if (this.isStopped) return;
    this.errors = (this.errors ?? 0) + 1;
    const reason = this.film.error?.message ?? "";
    this.screen.log("error", "video not played", { title: this.item.title, reason });
    const isBad = this.film.error?.code === MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED;
    const text = isBad ? this.screen.words.videoFailed : this.screen.words.failed;
    this.card ??= new Card(this.item, this.screen, this.item.title, text);
    this.card.root.classList.add("is-on");
    this.root.append(this.card.root);
    this.later(Math.min(10000 * this.errors, 120000), async () => {
      this.film.src = await this.screen.media.video(this.item.video);
      this.film.addEventListener("loadeddata", () => this.recover(), { once: true });
      if (this.item.video.autoplay) await this.play();
    });
  }

  recover() {
    this.card?.root.remove();
    this.card = undefined;
  }

  stop() {
    this.screen.askForSound(null);
    this.film.pause();
    super.stop();
    this.film.removeAttribute("src");
    this.film.load();
  }

  draw(context, width, height) {
    super.draw(context, width, height);
    if (this.card) this.card.draw(context, width, height);
    else if (this.film.readyState >= 2) stretch(context, this.film, width, height, fit);
  }
}

export class Website extends View {
  constructor(item, screen) {
    super(item, screen);
    const address = new URL(item.website.url, location.href);
    this.address = address;
    const rights = ["allow-scripts", "allow-forms", "allow-popups-to-escape-sandbox"];
    // A page of our own origin would get out of its sandbox with both.
    if (address.origin !== location.origin) rights.push("allow-same-origin");
    this.frame = element("iframe", {
      sandbox: rights.join(" "),
      referrerpolicy: "no-referrer",
      title: item.title,
    });
  }

  async start() {
    if (location.protocol === "https:" && this.address.protocol === "http:") {
      this.refuse(this.screen.words.insecure);
      return;
    }
    this.frame.src = this.address.href;
    this.root.append(this.frame);
    if (await this.screen.refusesFrames(this.item)) this.refuse(this.screen.words.refuses);
  }

  refuse(text) {
    if (this.isStopped) return;
    this.frame.remove();
    this.card = new Card(this.item, this.screen, this.item.title, text);
    this.card.root.classList.add("is-on");
    this.root.append(this.card.root);
    const context = { address: this.address.href, reason: text };
    this.screen.log("warn", "website not shown", context);
  }

  draw(context, width, height) {
    const { words } = this.screen;
    if (this.card) {
      this.card.draw(context, width, height);
      return;
    }
    context.fillStyle = "#2b3350";
    context.fillRect(0, 0, width, height);
    const address = words.website.replace("{address}", this.address.href);
    writeLines(context, [this.item.title, address, words.standIn], width, height, "#eef1fa");
  }
}
