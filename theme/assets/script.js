// Probatum's script. Every page reads without it; it adds the choice of colours,
// copy buttons, tabs, and the place of the reader in "On this page".
(() => {
  'use strict';
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const store = {
    get(key) { try { return localStorage.getItem('probatum-' + key); } catch { return null; } },
    set(key, value) { try { localStorage.setItem('probatum-' + key, value); } catch { /* private window */ } },
  };

  // The words that a page of the project's own theme does not have.
  const words = { copy: 'Copy', copied: 'Copied', byHand: 'Select and copy by hand', download: 'Download' };

  // Colours are set before the first paint: the script stands in the head.
  const paint = (choice) => {
    if (choice === 'light' || choice === 'dark') root.dataset.theme = choice;
    else delete root.dataset.theme;
  };
  paint(store.get('theme'));

  function themes() {
    const group = document.querySelector('.theme');
    if (!group) return;
    const buttons = all('button', group);
    const show = () => buttons.forEach((b) => b.setAttribute('aria-pressed', b.dataset.themeTo === (root.dataset.theme || 'system')));
    buttons.forEach((b) => b.addEventListener('click', () => {
      store.set('theme', b.dataset.themeTo);
      paint(b.dataset.themeTo);
      show();
    }));
    addEventListener('storage', (e) => { if (e.key === 'probatum-theme') { paint(e.newValue); show(); } });
    show();
    group.hidden = false;
  }

  // What is copied is what is run: the commands of a session without prompts and
  // output, any other block whole.
  function runnable(block) {
    const commands = all('.cmd', block).map((c) => c.cloneNode(true));
    commands.forEach((c) => all('.prompt', c).forEach((p) => p.remove()));
    if (commands.length) return commands.map((c) => c.textContent).join('\n');
    return all('pre', block).map((p) => p.textContent).join('');
  }

  async function copy(text) {
    if (navigator.clipboard && isSecureContext) return navigator.clipboard.writeText(text);
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'vh';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('copy was refused');
  }

  const icon = '<svg viewBox="0 0 24 24" width="15" height="15" aria-hidden="true"><rect x="9" y="9" width="11" height="11" rx="2"/><path d="M5 15V6a2 2 0 0 1 2-2h8"/></svg>';
  const tick = '<svg viewBox="0 0 24 24" width="15" height="15" aria-hidden="true"><path d="M5 13l4.5 4.5L19 7"/></svg>';

  // A block that the page names a file for can be saved as that.
  function saveButton(block) {
    const button = document.createElement('button');
    Object.assign(button, { type: 'button', className: 'save', textContent: words.download });
    button.addEventListener('click', () => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(new Blob([runnable(block)], { type: 'text/plain' }));
      link.download = block.dataset.download;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    return button;
  }

  function copyButtons() {
    for (const block of all('.code')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'copy';
      const label = (svg, word) => {
        button.innerHTML = svg + '<span aria-live="polite"></span>';
        button.lastChild.textContent = word;
      };
      label(icon, words.copy);
      let timer;
      button.addEventListener('click', async () => {
        let ok = true;
        try { await copy(runnable(block)); } catch { ok = false; }
        label(ok ? tick : icon, ok ? words.copied : words.byHand);
        button.classList.toggle('done', ok);
        clearTimeout(timer);
        timer = setTimeout(() => { label(icon, words.copy); button.classList.remove('done'); }, 2000);
      });
      block.querySelector('.code-bar').append(button);
      if (block.dataset.download) block.querySelector('.code-bar').append(saveButton(block));
    }
  }

  // Tabs: without the script all of them stand below each other. Those of the
  // same kind change together and are remembered; hidden ones are still found by
  // the browser's own search.
  const groups = [];

  function tabs() {
    let count = 0;
    for (const set of all('.tabs')) {
      const panels = all(':scope > .tab', set);
      if (!panels.length) continue;
      const list = document.createElement('div');
      list.className = 'tab-list';
      list.setAttribute('role', 'tablist');
      const items = panels.map((panel) => {
        const name = panel.querySelector(':scope > .tab-name').textContent;
        const button = document.createElement('button');
        const id = 'tab-' + ++count;
        Object.assign(button, { type: 'button', id, textContent: name });
        button.setAttribute('role', 'tab');
        button.setAttribute('aria-controls', panel.id ||= id + '-panel');
        panel.setAttribute('role', 'tabpanel');
        panel.setAttribute('aria-labelledby', id);
        list.append(button);
        return { button, panel, key: panel.dataset.tab || name };
      });
      const group = { items, kind: set.dataset.tabs || items.map((i) => i.key).join('|') };
      items.forEach((item, i) => {
        item.button.addEventListener('click', () => choose(group.kind, item.key, item.button));
        item.button.addEventListener('keydown', (e) => {
          const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key] * (root.dir === 'rtl' ? -1 : 1);
          const to = e.key === 'Home' ? 0 : e.key === 'End' ? items.length - 1 : (i + step + items.length) % items.length;
          if (Number.isNaN(to)) return;
          e.preventDefault();
          items[to].button.focus();
          items[to].button.click();
        });
        item.panel.addEventListener('beforematch', () => choose(group.kind, item.key, item.button));
      });
      set.prepend(list);
      set.classList.add('live');
      groups.push(group);
      const known = store.get('tab-' + group.kind);
      select(group, items.some((i) => i.key === known) ? known : items[0].key);
    }
  }

  function select(group, key) {
    if (!group.items.some((i) => i.key === key)) return;
    for (const item of group.items) {
      const on = item.key === key;
      item.button.setAttribute('aria-selected', on);
      item.button.tabIndex = on ? 0 : -1;
      if (on) item.panel.removeAttribute('hidden');
      else item.panel.setAttribute('hidden', 'until-found');
    }
  }

  // The tab that was chosen stays where it is while others above it change.
  function choose(kind, key, button) {
    const before = button.getBoundingClientRect().top;
    groups.filter((g) => g.kind === kind).forEach((g) => select(g, key));
    store.set('tab-' + kind, key);
    scrollBy({ top: button.getBoundingClientRect().top - before, behavior: 'instant' });
  }

  // A link into a hidden tab or a fold opens it.
  function reveal() {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    for (const group of groups) {
      const item = group.items.find((i) => i.panel.contains(target));
      if (item) select(group, item.key);
    }
    for (let d = target.closest('details'); d; d = d.parentElement.closest('details')) d.open = true;
    target.scrollIntoView();
  }

  function contents() {
    const nav = document.getElementById('contents');
    if (!nav) return;
    const here = document.querySelector('.here');
    const links = all('a', nav);
    const targets = links.map((a) => document.getElementById(decodeURIComponent(a.hash.slice(1))));
    let current;
    const follow = () => {
      const line = parseFloat(getComputedStyle(root).scrollPaddingTop) + 8;
      let at = 0;
      targets.forEach((t, i) => { if (i && t && t.getClientRects().length && t.getBoundingClientRect().top <= line) at = i; });
      if (scrollY > 0 && innerHeight + scrollY >= root.scrollHeight - 2) at = links.length - 1;
      if (links[at] === current) return;
      current?.removeAttribute('aria-current');
      current = links[at];
      current.setAttribute('aria-current', 'true');
      here.textContent = at ? current.textContent : '';
    };
    let queued = false;
    const soon = () => {
      if (queued) return;
      queued = true;
      requestAnimationFrame(() => { queued = false; follow(); });
    };
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    nav.addEventListener('click', (e) => {
      if (e.target.closest('a') && nav.matches(':popover-open')) nav.hidePopover();
    });
    follow();
  }

  // What scrolls sideways must be reachable by keyboard, and nothing else.
  function scrollers() {
    const mark = () => {
      for (const e of all('.code pre, .table')) {
        if (e.scrollWidth > e.clientWidth) e.tabIndex = 0;
        else e.removeAttribute('tabindex');
      }
    };
    addEventListener('resize', mark);
    document.addEventListener('toggle', mark, true);
    mark();
  }

  // Search: its script comes when somebody is about to use it.
  function search() {
    const button = document.querySelector('.search-open');
    if (!button) return;
    let loaded;
    const load = () => loaded ||= new Promise((done, fail) => {
      if (window.probatumSearch) return done();
      const script = document.createElement('script');
      script.src = button.dataset.search;
      script.onload = done;
      script.onerror = () => { loaded = null; fail(Error('search.js cannot be loaded')); };
      document.head.append(script);
    });
    const open = () => load().then(() => probatumSearch.open());
    button.addEventListener('click', open);
    button.addEventListener('pointerenter', load);
    addEventListener('keydown', (e) => {
      const typing = e.target.closest('input, textarea, select, [contenteditable]');
      if ((e.ctrlKey || e.metaKey) && !e.altKey && !e.shiftKey && e.key.toLowerCase() === 'k' || e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
        e.preventDefault();
        open();
      }
    });
    if (/Mac|iP(hone|ad|od)/.test(navigator.platform)) button.querySelector('kbd').textContent = '⌘ K';
    button.hidden = false;
  }

  // On paper nothing can be unfolded.
  function paper() {
    let opened = [];
    addEventListener('beforeprint', () => {
      opened = all('details:not([open])');
      opened.forEach((d) => { d.open = true; });
    });
    addEventListener('afterprint', () => opened.forEach((d) => { d.open = false; }));
  }

  document.addEventListener('DOMContentLoaded', () => {
    Object.assign(words, document.body.dataset);
    themes();
    copyButtons();
    tabs();
    contents();
    scrollers();
    search();
    paper();
    reveal();
    addEventListener('hashchange', reveal);
    document.querySelector('.sidebar [aria-current=page]')?.scrollIntoView({ block: 'nearest' });
  });
})();
