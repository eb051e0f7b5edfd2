// Lets the page come back after a reload while the server is away: the page itself and its files
// are asked for, and the copy of the last time is given where no answer comes.
const CACHE = "infoscreen-player";
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(caches.delete(CACHE));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  const isAsset = address.pathname.startsWith("/player/assets/");
  const isPage = request.mode === "navigate" && /^\/player\/[^/]+$/.test(address.pathname);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (isAsset || isPage) event.respondWith(answer(event, isPage));
});

async function answer(event, isPage) {
  const asked = fetch(event.request);
  const kept = asked.then(async (response) => {
    const cache = await caches.open(CACHE);
    if (response.ok) await cache.put(event.request, response.clone());
    else if (isPage && response.status === 403) await cache.delete(event.request);
    return response;
  });
  event.waitUntil(kept.catch(() => undefined));
  try {
    const response = await Promise.race([asked.then(() => kept), late()]);
    if (response.status < 500) return response.clone();
    return (await copy(event.request)) || response;
  } catch (error) {
    const found = await copy(event.request);
    if (found) return found;
    return kept;
  }
}

async function copy(request) {
  const cache = await caches.open(CACHE);
  return cache.match(request, { ignoreSearch: true });
}

function late() {
  return new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));
}
