"use strict";
/* Runs before Streamlit's program, on every page.

   1. Says where the server is: else each page asks below its own address first, in vain, and two
      answers are awaited before the page connects.
   2. Says, in the reader's language, when the console no longer answers and since when what is shown
      is old; takes it back by itself. When the session is over meanwhile, it leads to the door.
   3. Lets relative times go on counting between two renewals, and without a server.

   The words come from the catalogue, in the attribute `data-words` of this script's element. */
(() => {
  window.__streamlit = {
    BACKEND_BASE_URL: window.location.origin,
    HOST_CONFIG: {
      allowedOrigins: ["https://embedded.invalid"], // nobody may embed the console and steer it
      useExternalAuthToken: false,
      blockErrorDialogs: true, // English, and in the way of what the page shows
    },
  };

  const WORDS = JSON.parse(document.currentScript.dataset.words);
  const ASK_MS = 4000;
  const TICK_MS = 1000;
  const PATIENCE_MS = 12000; // an answer may come late; meanwhile it is asked again
  const OLD_MS = 8000; // said within 10 s of the last answer, though a slow one has time to come
  const CLOCK_MS = 2000;
  const HOUR_S = 3600;
  const SLACK_S = 60; // as much as clocks may differ (`domain.text.elapsed`)

  const words = () => {
    const spoken = document.querySelector("[data-page-language]")?.dataset.pageLanguage;
    return WORDS[spoken] ?? WORDS[document.documentElement.lang] ?? WORDS.en;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  /* --- the connection ------------------------------------------------------------------------ */

  const sockets = new Set();
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      sockets.add(this);
      this.addEventListener("open", () => (wasConnected = true));
      this.addEventListener("message", noteAnswer);
      this.addEventListener("close", () => sockets.delete(this));
    }
  };
  const isConnected = () => [...sockets].some((one) => one.readyState === WebSocket.OPEN);

  let goodAt = performance.now();
  let ahead = 0; // milliseconds of the server's clock, by which all times on the page are given
  const now = () => Date.now() + ahead;
  let shownAt = now(); // when what is shown was last known to be fresh
  let wasConnected = false;
  let isSignedOut = false; // it answers again, but lets this visitor no longer in
  let bar = null;

  function noteAnswer() {
    isSignedOut = false;
    goodAt = performance.now();
    shownAt = now();
  }

  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch("/healthz", {
        method: "HEAD",
        cache: "no-store",
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      const served = Date.parse(answer.headers.get("date")) - Date.now();
      if (Math.abs(served - ahead) > CLOCK_MS) ahead = served; // the header knows whole seconds only
      if (answer.ok && (isConnected() || !wasConnected)) noteAnswer();
      else if (answer.ok) isSignedOut = await isLedToTheDoor();
    } catch {
      // Said below, when it has lasted.
    }
  };

  const isLedToTheDoor = async () => {
    const visit = { method: "HEAD", cache: "no-store", redirect: "manual", headers: { accept: "text/html" } };
    return (await fetch(window.location.href, visit)).type === "opaqueredirect";
  };

  const amount = (seconds) => (seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`);

  const tell = () => {
    const isOld = performance.now() - goodAt > OLD_MS;
    if (!isOld) {
      bar?.remove();
      bar = null;
      return;
    }
    if (!bar) {
      bar = document.createElement("div");
      bar.id = "is-connection";
      bar.setAttribute("role", "alert");
      const since = document.createElement("span");
      since.setAttribute("role", "timer"); // not read out again each second
      bar.append(document.createElement("b"), " ", since, " ", document.createElement("em"), " ");
      bar.append(document.createElement("a"));
      document.body.append(bar);
    }
    const time = new Date(shownAt).toLocaleTimeString("de", { hour12: false });
    const age = amount(Math.round((now() - shownAt) / 1000));
    const since = fill(words().since, { time, age });
    const said = isSignedOut
      ? [words().over, since, words().rescue, words().sign_in]
      : [words().silent, since, words().again, ""];
    // The door knows the way back from the whole address. Nobody is led there unasked: what was
    // typed since is nowhere but here.
    bar.querySelector("a").href = window.location.href;
    bar.querySelectorAll("b, span, em, a").forEach((element, index) => {
      if (element.textContent !== said[index]) element.textContent = said[index];
    });
  };

  /* --- times that count ---------------------------------------------------------------------- */

  const count = () => {
    for (const element of document.querySelectorAll("time.is-ago, time.is-to-come")) {
      const isToCome = element.matches(".is-to-come");
      const distance = ((now() - Date.parse(element.dateTime)) / 1000) * (isToCome ? -1 : 1);
      const seconds = Math.floor(distance);
      if (seconds >= HOUR_S) continue; // an exact time stands there, or will at the next renewal
      if (seconds < -SLACK_S) continue; // by a clock that is ahead: the server says so
      const text =
        seconds < 2 ? words()[isToCome ? "due" : "now"] : fill(isToCome ? words().to_come : words().ago, { amount: amount(seconds) });
      if (element.textContent !== text) element.textContent = text;
    }
  };

  let tickedAt = performance.now();

  const tick = () => {
    const late = performance.now() - tickedAt - TICK_MS;
    tickedAt = performance.now();
    if (late > TICK_MS) goodAt += late; // the page itself stood still; answers wait to be heard
    tell();
    count();
  };
  window.setInterval(ask, ASK_MS);
  window.setInterval(tick, TICK_MS);
  window.addEventListener("online", ask);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    goodAt = performance.now(); // nobody asked while the page was hidden
    ask();
  });
})();
