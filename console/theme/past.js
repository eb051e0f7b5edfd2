// A screen's past: what the pointer, a finger or the focus is on is said below the picture; and the slider between
// two pictures. Streamlit draws both anew at any time, so all listens at the document.
(() => {
  "use strict";
  function say(event) {
    const target = event.target instanceof Element ? event.target : null;
    const piece = target?.closest(".is-track > [title], .is-dot > button");
    const picture = piece?.closest(".is-past-picture");
    const words = picture?.parentElement.querySelector(".is-past-words");
    if (words) words.textContent = piece.title || piece.getAttribute("aria-label");
  }
  for (const kind of ["pointerover", "click", "focusin"]) document.addEventListener(kind, say);

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && event.target.closest?.(".is-dot")) document.activeElement.blur();
  });

  document.addEventListener("input", (event) => {
    const figure = event.target instanceof Element ? event.target.closest(".is-compare") : null;
    if (figure) figure.style.setProperty("--cut", `${event.target.value}%`);
  });
})();
