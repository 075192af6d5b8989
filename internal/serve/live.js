// The preview's script: reloads the page when the site has changed and shows
// what is wrong over it.
(() => {
  'use strict';
  const version = document.currentScript.dataset.version;
  const style = document.createElement('link');
  style.rel = 'stylesheet';
  style.href = '/.probatum/live.css';
  document.head.append(style);

  const element = (tag, className, text) => {
    const e = document.createElement(tag);
    e.className = className;
    if (text) e.textContent = text;
    return e;
  };
  let panel;
  let shut = '';

  function show(message) {
    const items = message.diagnostics.map((d) => ({ ...d }));
    if (message.error) items.unshift({ place: '', severity: 'error', message: message.error });
    const same = JSON.stringify(items);
    panel?.remove();
    panel = undefined;
    if (!items.length || same === shut) return;
    panel = element('section', 'probatum-live');
    panel.setAttribute('aria-label', 'Problems');
    panel.tabIndex = -1;
    const bar = element('div', 'probatum-live-bar');
    bar.append(element('strong', '', items.length === 1 ? '1 problem' : items.length + ' problems'));
    const close = element('button', '', 'Close');
    close.type = 'button';
    close.addEventListener('click', () => { shut = same; panel.remove(); });
    bar.append(close);
    const list = element('ul', '');
    for (const d of items.slice(0, 50)) {
      const item = element('li', d.severity);
      if (d.place) item.append(element('code', '', d.place), ' ');
      item.append(element('span', '', (d.severity === 'warning' ? 'warning: ' : '') + d.message));
      if (d.hint) item.append(element('small', '', 'hint: ' + d.hint));
      list.append(item);
    }
    if (items.length > 50) list.append(element('li', '', 'and ' + (items.length - 50) + ' more'));
    panel.append(bar, list);
    document.body.append(panel);
  }

  const events = new EventSource('/.probatum/events');
  events.addEventListener('message', (e) => {
    const message = JSON.parse(e.data);
    if (message.version !== version) {
      events.close();
      location.reload();
      return;
    }
    show(message);
  });
  addEventListener('pagehide', () => events.close());
})();
