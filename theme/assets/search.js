// Probatum's search. It is loaded when somebody is about to search, and loads the
// pieces of the index that the query needs, as scripts: so it works from a disk,
// too. Package internal/search writes the index; the two change together.
(() => {
  'use strict';
  const dialog = document.getElementById('search');
  const base = () => dialog.dataset.index; // in one file, pages have several languages
  const input = dialog.querySelector('input');
  const list = dialog.querySelector('[role=listbox]');
  const status = dialog.querySelector('[role=status]');
  const single = dialog.hasAttribute('data-single');

  // Pieces of the index.
  const arrived = {};
  const pieces = {};
  window.probatumSearch = (name, data) => arrived[name](data);

  function load(name) {
    const here = document.getElementById(base() + name);
    if (here) return Promise.resolve(JSON.parse(here.textContent));
    return new Promise((done, fail) => {
      arrived[name] = done;
      const script = document.createElement('script');
      script.src = base() + name + '.js';
      script.onerror = () => { delete pieces[base() + name]; fail(Error(name)); };
      document.head.append(script);
    });
  }
  const piece = (name, read) => pieces[base() + name] ||= load(name).then(read);

  const value = (c) => c - 35 - (c > 91);
  function numbers(text) {
    const out = [];
    let n = 0;
    let k = 1;
    for (const c of text) {
      const v = value(c.charCodeAt());
      n += (v & 31) * k;
      k *= 32;
      if (v < 32) { out.push(n); n = 0; k = 1; }
    }
    return out;
  }

  const root = () => piece('root', (r) => {
    const chunks = [0];
    for (const n of numbers(r.chunks)) chunks.push(chunks.at(-1) + n);
    const pageOf = numbers(r.pages).flatMap((n, page) => Array(n).fill(page));
    return { stop: new Set(r.stop.split(' ')), scale: r.scale, t: ['', ...r.words.split(' ').filter(Boolean)], s: ['', ...r.ends.split(' ').filter(Boolean)], chunks, pageOf };
  });

  // A list of words, each written as what it shares with the one before and the rest.
  const words = (step) => (text) => {
    const out = [];
    const all = text.split(' ');
    for (let i = 0, word = ''; i < all.length; i += step) {
      word = word.slice(0, value(all[i].charCodeAt())) + all[i].slice(1);
      out.push({ word, at: all[i + 1] });
    }
    return out;
  };

  // The words that begin with a text, from so many pieces at most. On a large site
  // a few pieces are as long as many on a small one.
  async function beginning(kind, text, most) {
    const { [kind]: begins, scale } = await root();
    most = Math.max(Math.min(most, 2), most / scale);
    const at = (s) => begins.findLastIndex((b) => b <= s);
    const from = at(text);
    const names = Array.from({ length: Math.min(at(text + '\uffff') - from + 1, most) }, (_, i) => kind + (from + i));
    const found = await Promise.all(names.map((n) => piece(n, words(kind === 't' ? 2 : 1))));
    return found.flat().filter((w) => w.word.startsWith(text));
  }

  // Where a word stands, and how much it says there: passage, weight, …
  function places(w) {
    if (w.rare) return w.at;
    const text = w.at;
    w.at = [];
    w.rare = value(text.charCodeAt()) / 6;
    for (let i = 1, passage = -1; i < text.length;) {
      let v;
      let k = 1;
      passage++;
      do {
        v = value(text.charCodeAt(i++));
        passage += (v & 31) * k;
        k *= 32;
      } while (v > 31);
      w.at.push(passage, (2 ** (value(text.charCodeAt(i++)) / 8) - 1) / 8);
    }
    return w.at;
  }

  // Queries are cut into words as texts are.
  const paired = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Hangul}\\p{sc=Thai}ー';
  const token = RegExp(`[${paired}]+|-{0,2}(?![${paired}])[\\p{L}\\p{N}\\p{M}](?:(?![${paired}])[\\p{L}\\p{N}\\p{M}\\-./:@_])*`, 'gu');
  const isPaired = RegExp(`^[${paired}]`, 'u');
  const fold = (s) => s.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').normalize('NFC');
  const cuts = [/[/:@]+/, /[-._]+/, /(?<=[a-z\d])(?=[A-Z])|(?=[A-Z][a-z])/];

  const stemOf = (low) => low.length > 3 && /^\p{L}+$/u.test(low) ? low.replace(/(?:ies|ing|ed|es|s|e|y)$/, '') : low;

  // What a query's word may mean: lists of words, each of which should be found.
  async function meanings(text, last) {
    const low = fold(text);
    if (isPaired.test(low)) {
      const letters = [...low];
      if (letters.length === 1) return [close(await beginning('t', low, 4), low, low)];
      return Promise.all(letters.slice(1).map(async (c, i) => (await beginning('t', letters[i] + c, 1)).map((w) => ({ w, near: 1 }))));
    }
    const stem = stemOf(low);
    let found = close(await beginning('t', stem, 1), low, stem);
    // A word that may still be typed can go on, and one that is not there begin others.
    if (last && low.length > 2 || found[0]?.near !== 1) found = close(await beginning('t', stem, 4), low, stem);
    if (found.length) return [found];
    for (const cut of cuts) {
      const parts = text.split(cut).filter(Boolean);
      if (parts.length > 1) return (await Promise.all(parts.map((p) => meanings(p)))).flat();
    }
    return [await similar(low)];
  }

  // The words that are the one that is meant, begin with it or end otherwise.
  function close(all, low, stem) {
    const found = [];
    for (const w of all) {
      const rest = w.word.slice(low.length);
      let near = 0;
      if (w.word === low) near = 1;
      else if (stemOf(w.word) === stem) near = 0.9;
      else if (w.word.startsWith(low)) near = /^[-./:@_]/.test(rest) && /[^-]/.test(low[0]) && all[0].word === low ? 0 : 0.7 * Math.sqrt(low.length / w.word.length);
      else if (w.word.length < stem.length + 4) near = 0.8;
      if (near) found.push({ w, near });
    }
    return found.sort((a, b) => b.near - a.near).slice(0, 60);
  }

  // The words that are spelt almost like this one: their first or their last
  // letters are right.
  async function similar(low) {
    if (low.length < 4) return [];
    const most = low.length > 7 ? 2 : 1;
    const n = low.length > 5 ? 3 : 2;
    const back = (s) => [...s].reverse().join('');
    const found = [];
    const compare = (names) => names.forEach((word) => {
      const d = distance(low, word);
      if (d <= most) found.push({ word, d });
    });
    compare((await beginning('s', back(low).slice(0, n), 5)).map((w) => back(w.word)));
    if (!found.some((f) => f.d === 1)) compare((await beginning('t', low.slice(0, n), 5)).map((w) => w.word));
    found.sort((a, b) => a.d - b.d);
    const best = found.filter((f) => f.d < found[0].d + 0.5).slice(0, 8);
    return Promise.all(best.map(async ({ word, d }) => ({ w: (await beginning('t', word, 1)).find((w) => w.word === word), near: 0.9 - d / 4 })));
  }

  // How many letters are left out, added, changed or changed about between a and b,
  // or the beginning of b.
  function distance(a, b) {
    let old;
    let before;
    let row = [...Array(b.length + 1).keys()];
    for (let i = 1; i <= a.length; i++) {
      [old, before, row] = [before, row, [i]];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] !== b[j - 1]));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], old[j - 2] + 1);
      }
    }
    return Math.min(row[b.length], Math.min(...row) + 0.5);
  }

  // The pages for a query, the best one first, each with its best passages.
  async function find(query) {
    const { pageOf, stop } = await root();
    const all = [...new Set(query.match(token) || [])].slice(0, 16).map((t) => t.replace(/[-./:@_]+$/, '')).filter(fold);
    // "How do I …": the words that every question has say nothing, unless there are
    // no others, or so few that they are a title.
    const said = all.filter((t) => !stop.has(fold(t)));
    const tokens = said.length && all.length > 3 ? said : all;
    const terms = (await Promise.all(tokens.map((t, i) => meanings(t, i === tokens.length - 1)))).flat();
    const passages = new Map();
    // How rare a term is, its own words say; those that only begin like it are no
    // rarer.
    const rare = terms.map((found) => {
      found.forEach(({ w }) => places(w));
      const own = found.filter((f) => f.near > 0.85).map((f) => f.w.rare);
      return own.length ? Math.min(...own) : Math.max(0, ...found.map((f) => f.w.rare));
    });
    terms.forEach((found, t) => found.forEach(({ w, near }) => {
      const at = places(w);
      for (let i = 0; i < at.length; i += 2) {
        let scores = passages.get(at[i]);
        if (!scores) passages.set(at[i], scores = terms.map(() => 0));
        scores[t] = Math.max(scores[t], at[i + 1] * Math.min(w.rare, rare[t]) * near);
      }
    }));
    const pages = new Map();
    for (const [passage, scores] of passages) {
      const sum = scores.reduce((a, b) => a + b);
      const page = pages.get(pageOf[passage]);
      if (!page) pages.set(pageOf[passage], { best: [...scores], passages: [{ passage, sum }] });
      else {
        scores.forEach((s, t) => { if (s > page.best[t]) page.best[t] = s; });
        page.passages.push({ passage, sum });
      }
    }
    // A word that most pages have is in the index for few of them: it need not be found.
    const asked = rare.map((r) => r > 1.1 ? r : 0);
    const sum = asked.reduce((a, b) => a + b, 0);
    const found = [...pages.values()];
    for (const page of found) {
      page.passages.sort((a, b) => b.sum - a.sum || a.passage - b.passage);
      page.covered = sum ? page.best.reduce((n, s, t) => n + (s && asked[t]), 0) / sum : 1;
      page.score = (page.best.reduce((a, b) => a + b) + page.passages[0].sum / 2) * page.covered ** 2;
    }
    const top = Math.max(...found.map((p) => p.covered));
    const result = found.filter((p) => p.covered > top * 0.7).sort((a, b) => b.score - a.score || a.passages[0].passage - b.passages[0].passage);
    return { found: result, words: [...new Set(terms.flat().map((m) => m.w.word).concat(tokens.map(fold)))] };
  }

  // The text of a passage and the page that it is from.
  async function text(passage) {
    const { chunks } = await root();
    const n = chunks.findLastIndex((c) => c <= passage);
    const items = await piece('p' + n, (data) => data);
    let i = passage - chunks[n];
    const [heading, id, body] = items[i];
    while (items[i].length < 4) i--;
    const [url, title, trail] = items[i].slice(3);
    return { heading, id, text: body, url, title, trail };
  }

  // The best pages are read to be shown, the first of them with more sections. One
  // that holds the query as it was typed, in its title or a heading or at all,
  // comes before one that has its words apart.
  probatumSearch.find = async (query, most) => {
    const { found, words } = await find(query);
    const typed = fold(query).replace(/^[^\p{L}\p{N}-]+|[^\p{L}\p{N}]+$/gu, '');
    const has = (text) => fold(text).includes(typed);
    const best = await Promise.all(found.slice(0, most).map(async ({ score, passages }, i) => {
      const read = await Promise.all(passages.slice(0, i ? 1 + (i < 4) : 3).map((p) => text(p.passage)));
      const { title } = read[0];
      const more = fold(title) === typed ? 2 : has(title) ? 1.4 : read.some((p) => has(p.heading)) ? 1.4 : read.some((p) => has(p.text)) ? 1.2 : 1;
      return { read, score: score * more };
    }));
    best.sort((a, b) => b.score - a.score);
    return { count: found.length, pages: best.map((p) => p.read), words };
  };

  // What is shown: pages, and below each the sections that fit best.
  const element = (name, className, ...inside) => {
    const e = document.createElement(name);
    e.className = className;
    e.append(...inside);
    return e;
  };

  // The text with the words in it marked.
  function marked(text, words) {
    const parts = text.split(words);
    return parts.map((part, i) => i % 2 ? element('mark', '', part) : part);
  }

  // A piece of the text around the first of the words.
  function snippet(text, words) {
    const at = Math.max(text.search(words), 0);
    const from = at < 70 ? 0 : text.lastIndexOf(' ', at - 50) + 1 || at - 50;
    let piece = text.slice(from, from + 190);
    if (from + 190 < text.length) piece = piece.replace(/\s\S{0,40}$/, '') + ' …';
    return element('span', 'snippet', from ? '… ' : '', ...marked(piece, words));
  }

  let options = [];
  let chosen = -1;

  function option(className, p, id, ...inside) {
    const o = element('a', className, ...inside);
    o.href = (single ? '#' : base() + '../../') + p.url + (id && (single ? '~' : '#') + id);
    o.id = 'found-' + options.length;
    o.role = 'option';
    o.tabIndex = -1;
    o.ariaSelected = false;
    options.push(o);
    return o;
  }

  function show({ count, pages, words }) {
    const escaped = words.sort((a, b) => b.length - a.length).map((w) => w.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const pattern = RegExp(`((?<![\\p{L}\\p{N}])(?:${escaped.join('|')})${isPaired.test(words[0]) ? '|' + escaped.join('|') : ''})`, 'iu');
    options = [];
    chosen = -1;
    const groups = pages.map((found) => {
      const p = found[0];
      const own = found.find((q) => !q.id);
      const group = element('div', 'group', option('page', p, '', element('b', '', ...marked(p.title, pattern)), element('small', '', p.trail),
        ...(own === p || found.length === 1 ? [snippet(own ? own.text : '', pattern)] : [])));
      group.role = 'group';
      group.ariaLabel = p.title;
      const parts = found.filter((q, i) => q.id && found.findIndex((o) => o.id === q.id) === i);
      group.append(...parts.slice(0, 3).map((q) => option('part', q, q.id, element('b', '', ...marked(q.heading, pattern)), snippet(q.text, pattern))));
      return group;
    });
    list.replaceChildren(...groups);
    list.hidden = !count;
    list.scrollTop = 0;
    input.ariaExpanded = count > 0;
    status.textContent = count ? (count > 1 ? dialog.dataset.many : dialog.dataset.singlePage).replace('%', count) : dialog.dataset.none;
    if (count) choose(0);
  }

  function choose(n) {
    if (!options.length) return;
    if (options[chosen]) options[chosen].ariaSelected = false;
    chosen = (n + options.length) % options.length;
    options[chosen].ariaSelected = true;
    options[chosen].scrollIntoView({ block: 'nearest' });
    input.setAttribute('aria-activedescendant', options[chosen].id);
  }

  function clear() {
    options = [];
    list.hidden = true;
    list.replaceChildren();
    input.ariaExpanded = false;
    input.removeAttribute('aria-activedescendant');
    status.textContent = '';
  }

  // Only the answer to what was typed last is shown.
  let asked = 0;
  async function search() {
    const mine = ++asked;
    if (!input.value.match(token)) return clear();
    const found = await probatumSearch.find(input.value, 8).catch(() => null);
    if (mine !== asked) return;
    if (found) return show(found);
    clear();
    status.textContent = dialog.dataset.broken;
  }

  input.addEventListener('input', search);
  input.addEventListener('keydown', (e) => {
    if (e.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) choose(chosen + step);
    else if (e.key === 'Enter') options[chosen]?.click();
    else if (e.key === 'Escape') dialog.close();
    else return;
    e.preventDefault();
  });
  list.addEventListener('click', (e) => { if (e.target.closest('a') && !e.ctrlKey && !e.metaKey) dialog.close(); });
  dialog.addEventListener('click', (e) => { if (e.target === dialog) dialog.close(); });
  probatumSearch.open = () => {
    if (!dialog.open) dialog.showModal();
    input.select();
    root().catch(() => {});
  };
})();
