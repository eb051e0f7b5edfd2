// A row with a link of the class `is-row` leads there from anywhere in it, by mouse as by keyboard;
// what else in it can be used, and text that is being selected, stay what they are.
document.addEventListener('click', (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const row = target?.closest('tr, .is-entry');
  const link = row?.querySelector('a.is-row');
  if (!link || target.closest('a, button, input, label, select, textarea') || String(getSelection())) return;
  const { ctrlKey, metaKey, shiftKey } = event;
  link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ctrlKey, metaKey, shiftKey }));
});
