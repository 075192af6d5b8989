// One file holds all pages: the style sheet shows the one that the address names.
// This adds what goes with it: title, sidebar, language of the search.
(() => {
  'use strict';
  const name = document.title;
  const nav = document.querySelector('.sidebar');
  const links = new Map([...nav?.querySelectorAll('a') ?? []].map((a) => [decodeURIComponent(a.hash), a]));
  const search = document.getElementById('search');
  const index = search?.dataset.index;
  const first = document.querySelector('main');
  let page;

  function show() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const now = target?.closest('main') ?? first;
    if (now === page) return;
    page?.classList.remove('shown');
    page = now;
    page.classList.add('shown');
    document.title = page === first ? name : page.dataset.title + ' · ' + name;
    if (search) search.dataset.index = page.dataset.index ?? index;
    nav?.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const link = links.get('#' + page.id);
    link?.setAttribute('aria-current', 'page');
    link?.scrollIntoView({ block: 'nearest' });
    if (nav?.matches(':popover-open')) nav.hidePopover();
    if (target === page) scrollTo(0, 0);
    else target?.scrollIntoView();
    dispatchEvent(new Event('resize')); // what is shown now is measured
  }

  document.documentElement.classList.add('single');
  addEventListener('hashchange', show);
  show();
})();
