// What the document around the pages does by itself. It is written into the document, so that it runs before Streamlit
// connects: the first drawing fits the window already.
(() => {
  const noteWidth = () => {
    document.cookie = `infoscreen_width=${innerWidth}; path=/; SameSite=Lax`;
  };
  noteWidth();
  addEventListener('resize', noteWidth);

  // On a phone the menu covers the page: once a page is chosen, it closes.
  const open = '[data-testid="stSidebar"][data-collapsed="false"] [data-testid="stSidebarCollapseButton"] button';
  const chosen = '[data-testid="stSidebarNavLink"], [data-testid="stSidebar"] [data-testid="stPageLink"] a';
  addEventListener('click', event => {
    if (innerWidth > 768 || !event.target.closest?.(chosen)) return;
    for (const wait of [50, 400]) setTimeout(() => document.querySelector(open)?.click(), wait);
  });
})();
