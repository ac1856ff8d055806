(d => {
  const section = () => d.getElementById('avance');
  let missed, state = section().dataset.estado;
  d.addEventListener('htmx:beforeRequest', e => {
    if (d.hidden && e.detail.requestConfig.verb === 'get') {
      missed = 1;
      e.preventDefault();
    }
  });
  d.addEventListener('visibilitychange', () => {
    const s = section();
    if (d.hidden || !missed) return;
    missed = 0;
    if (s.dataset.hxGet) htmx.ajax('GET', s.dataset.hxGet, { source: s });
  });
  // A reader hears of a new state once, from a place that stays; figures that move on are for the eyes. When the links
  // below go, because there is no more to come, the focus does not go with them.
  d.addEventListener('htmx:afterSwap', () => {
    const s = section(), now = s.dataset.estado;
    if (now !== state) {
      d.getElementById('voz').textContent = s.querySelector('h1,p.lead,h2,.notice:not([data-linea])').textContent;
      d.title = d.title.replace(state.replace('_', ' '), now.replace('_', ' '));
    }
    state = now;
    if (!s.dataset.hxGet && d.activeElement.closest('.while-polling')) {
      s.tabIndex = -1;
      s.focus();
    }
  });
})(document);
