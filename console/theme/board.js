/* The library's folders and files as one part of the page: what is pressed in it, and what is ticked, is
   told to the page. It is drawn by the server (`console/media/presenters`) and only handled here. */

/* Draws the board; Streamlit calls it with each run of the page that says something new. */
export const drawBoard = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const boxes = () => [...parentElement.querySelectorAll("[data-pick]")];
  const all = () => parentElement.querySelector("[data-pick-all]");
  const settle = () => {
    if (!all()) return;
    const ticked = boxes().filter((box) => box.checked).length;
    all().checked = ticked > 0 && ticked === boxes().length;
    all().indeterminate = ticked > 0 && ticked < boxes().length;
  };
  if (parentElement.drawnHtml !== data.html) {
    const mark = markOf(parentElement.contains(document.activeElement) ? document.activeElement : null);
    parentElement.innerHTML = parentElement.drawnHtml = data.html;
    if (mark) parentElement.querySelector(mark)?.focus({ preventScroll: true });
  }
  parentElement.addEventListener("error", dropPicture, true);
  // The page may have been drawn before it heard of the last tick: then it is the tick that counts.
  const { told } = parentElement;
  const isBehind = told !== undefined && told.turn === data.turn && data.heard < told.count;
  const picked = isBehind ? told.ids : data.picked;
  for (const box of boxes()) box.checked = picked.includes(Number(box.dataset.pick));
  settle();
  parentElement.onclick = (event) => {
    const pressed = event.target.closest("[data-open], [data-folder]");
    if (!pressed || !parentElement.contains(pressed)) return;
    const { open, folder } = pressed.dataset;
    setTriggerValue("pressed", open ? { open: Number(open) } : { folder: Number(folder) });
  };
  parentElement.onchange = (event) => {
    if (event.target === all()) for (const box of boxes()) box.checked = all().checked;
    settle();
    const ids = boxes().filter((box) => box.checked).map((box) => Number(box.dataset.pick));
    const count = Math.max(data.heard, parentElement.told?.count ?? 0) + 1;
    parentElement.told = { turn: data.turn, ids, count };
    setStateValue("ticked", parentElement.told);
  };
};

/* A picture that cannot be had shows nothing, and the mark below it is seen. */
const dropPicture = (event) => event.target.tagName === "IMG" && event.target.remove();

const markOf = (focused) => {
  for (const name of ["open", "folder", "pick"]) {
    if (focused?.dataset[name]) return `[data-${name}="${focused.dataset[name]}"]`;
  }
  return focused?.dataset.pickAll === undefined ? null : "[data-pick-all]";
};
