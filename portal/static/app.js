(d => {
  let missed;
  d.addEventListener('htmx:beforeRequest', e => {
    if (d.hidden && e.detail.requestConfig.verb === 'get') {
      missed = 1;
      e.preventDefault();
    }
  });
  d.addEventListener('visibilitychange', () => {
    const s = d.querySelector('#avance[data-hx-get]');
    if (d.hidden || !missed) return;
    missed = 0;
    if (s) htmx.ajax('GET', s.dataset.hxGet, { source: s });
  });
})(document);
