// What the screen keeps for when the server is away: its last list, and the files on it.
const LIMIT = 2 * 2 ** 30; // bytes of files that are not on the list any more, and of all

export class Store {
  constructor(name) {
    this.name = name;
    this.opened = null;
  }

  async open() {
    this.opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(this.name, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("facts");
        request.result.createObjectStore("files");
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    return this.opened;
  }

  async run(table, mode, work) {
    const database = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(table, mode);
      const request = work(transaction.objectStore(table));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  }

  // Without a store (a private window) the screen works all the same, as long as it is connected.
  async get(table, key) {
    try {
      return await this.run(table, "readonly", (rows) => rows.get(key));
    } catch {
      return undefined;
    }
  }

  async put(table, key, value) {
    try {
      await this.run(table, "readwrite", (rows) => rows.put(value, key));
    } catch {
      // full, or not allowed
    }
  }

  async file(key) {
    return (await this.get("files", key))?.blob;
  }

  async keep(key, blob) {
    await this.put("files", key, { blob, at: Date.now(), size: blob.size });
  }

  // Drop files that are not wanted any more, once they are many; those used last stay longest.
  async tidy(wanted) {
    try {
      const found = [];
      await this.run("files", "readonly", (rows) => {
        const walk = rows.openCursor();
        walk.onsuccess = () => {
          const cursor = walk.result;
          if (!cursor) return;
          found.push({ key: cursor.key, at: cursor.value.at, size: cursor.value.size });
          cursor.continue();
        };
        return walk;
      });
      let size = found.reduce((sum, one) => sum + one.size, 0);
      const old = found.filter((one) => !wanted.has(one.key)).sort((a, b) => a.at - b.at);
      for (const one of old) {
        const isStale = Date.now() - one.at > 7 * 864e5;
        if (size <= LIMIT && !isStale) continue;
        size -= one.size;
        await this.run("files", "readwrite", (rows) => rows.delete(one.key));
      }
    } catch {
      // nothing to tidy
    }
  }

  async forget() {
    try {
      (await this.open()).close();
    } catch {
      // it was never open
    }
    this.opened = null;
    indexedDB.deleteDatabase(this.name);
  }
}
