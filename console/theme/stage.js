// A preview turns the pages of a presentation as a screen would. Streamlit draws it anew at any time, so a clock looks
// for stages in the document, and what each is at is kept with its element.
(() => {
  "use strict";
  const STEP = 200;
  const stages = new WeakMap();
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  function framesOf(files) {
    return files.flatMap((file) => Array.from({ length: file.pages ?? 1 }, (_, index) => ({
      file, source: file.at.replace("{page}", String(index + 1)),
    })));
  }

  function open(stage) {
    const show = JSON.parse(stage.dataset.show);
    const state = { show, text: stage.dataset.show, at: 0, spent: 0, isPlaying: show.auto && !still.matches };
    state.frames = framesOf(show.files);
    stages.set(stage, state);
    for (const file of show.files) if (file.pages === null) void count(stage, state, file);
    draw(stage, state);
    return state;
  }

  async function count(stage, state, file) {
    const answer = await fetch(file.at.replace("/{page}.webp", "")).catch(() => null);
    if (!answer?.ok) return;
    file.pages = (await answer.json()).pages;
    state.frames = framesOf(state.show.files);
    draw(stage, state);
  }

  function draw(stage, state) {
    const { frames, at, show } = state;
    const image = stage.querySelector("img");
    const told = show.words.page.replace("{page}", at + 1).replace("{pages}", frames.length);
    const words = `${told} · ${frames[at].file.name}`;
    state.isReady = false;
    image.onload = () => { state.isReady = true; stage.classList.remove("is-stage-missing"); };
    image.onerror = () => { state.isReady = true; stage.classList.add("is-stage-missing"); };
    image.alt = words;
    image.src = frames[at].source;
    stage.querySelector(".is-stage-glass").dataset.missing = show.words.missing;
    stage.querySelector(".is-stage-foot span").textContent = words;
    const button = stage.querySelector('[data-stage="play"]');
    button.textContent = state.isPlaying ? "❚❚" : "▶";
    button.setAttribute("aria-label", state.isPlaying ? show.words.pause : show.words.play);
    if (frames.length > 1) new Image().src = frames[(at + 1) % frames.length].source;
    progress(stage, state);
  }

  function progress(stage, state) {
    const part = state.isPlaying ? Math.min(1, state.spent / (state.show.interval * 1000)) : 0;
    stage.querySelector(".is-stage-bar")?.style.setProperty("--part", `${((state.at + part) / state.frames.length) * 100}%`);
  }

  function turn(stage, state, places) {
    state.at = (state.at + places + state.frames.length) % state.frames.length;
    state.spent = 0;
    draw(stage, state);
  }

  function tick(stage) {
    let state = stages.get(stage);
    if (state?.text !== stage.dataset.show) state = open(stage);
    if (!state.isPlaying || !state.isReady || state.frames.length < 2) return;
    state.spent += STEP;
    if (state.spent >= state.show.interval * 1000) turn(stage, state, 1);
    else progress(stage, state);
  }

  setInterval(() => {
    if (!document.hidden) for (const stage of document.querySelectorAll(".is-stage[data-show]")) tick(stage);
  }, STEP);

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-stage]") : null;
    const stage = button?.closest(".is-stage");
    const state = stage && stages.get(stage);
    if (!state) return;
    if (button.dataset.stage === "play") {
      state.isPlaying = !state.isPlaying;
      draw(stage, state);
    } else turn(stage, state, button.dataset.stage === "on" ? 1 : -1);
  });
})();
