// Files and pages: from the store, else from the server, and then kept.
const KEEP_AT_MOST = 500 * 2 ** 20;

export class Media {
  constructor(base, store) {
    this.base = base;
    this.store = store;
    this.addresses = new Map(); // of blobs, by key
    this.running = new Map();
    this.wanted = new Set();
  }

  // A signed address changes, the file does not: it is known by its checksum, or its bare path.
  keyOf(file) {
    return file.checksum_sha256 || file.url.split("?")[0];
  }

  isOurs(url) {
    return new URL(url, location.href).origin === location.origin;
  }

  // Return an address for <img> or <video>; files of other servers are shown from there.
  async file(file) {
    if (!this.isOurs(file.url)) return file.url;
    return this.get(this.keyOf(file), file.url);
  }

  async page(checksum, page) {
    return this.get(`${checksum}/${page}`, `${this.base}/pages/${checksum}/${page}.webp?size=screen`);
  }

  async pages(checksum) {
    const known = await this.store.get("facts", `pages/${checksum}`);
    if (known) return known;
    const response = await fetch(`${this.base}/pages/${checksum}`);
    if (!response.ok) throw await failure(response);
    const { pages } = await response.json();
    await this.store.put("facts", `pages/${checksum}`, pages);
    return pages;
  }

  // A video plays from the server at once, and from the store the next time.
  async video(video) {
    const key = this.keyOf(video);
    this.wanted.add(key);
    const kept = await this.store.file(key);
    if (kept) return this.addressOf(key, kept);
    if (this.isOurs(video.url) && (video.size ?? 0) <= KEEP_AT_MOST) {
      setTimeout(() => this.get(key, video.url).catch(() => undefined), 3000);
    }
    return video.url;
  }

  async get(key, url) {
    this.wanted.add(key);
    if (this.addresses.has(key)) return this.addresses.get(key);
    const running = this.running.get(key) ?? this.fetch(key, url);
    this.running.set(key, running);
    try {
      return await running;
    } finally {
      this.running.delete(key);
    }
  }

  async fetch(key, url) {
    const kept = await this.store.file(key);
    if (kept) return this.addressOf(key, kept);
    const response = await fetch(url);
    if (!response.ok) throw await failure(response);
    const blob = await response.blob();
    await this.store.keep(key, blob);
    return this.addressOf(key, blob);
  }

  addressOf(key, blob) {
    if (!this.addresses.has(key)) this.addresses.set(key, URL.createObjectURL(blob));
    return this.addresses.get(key);
  }

  // Begin anew with what is wanted; what no list of the last time wanted is let go.
  async turn() {
    const wanted = this.wanted;
    this.wanted = new Set();
    for (const [key, address] of this.addresses) {
      if (!wanted.has(key)) {
        URL.revokeObjectURL(address);
        this.addresses.delete(key);
      }
    }
    await this.store.tidy(wanted);
  }
}

async function failure(response) {
  const error = new Error(`status ${response.status}`);
  error.status = response.status;
  return error;
}
