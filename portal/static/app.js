// Pages that poll: a hidden tab does not ask; when it is looked at again, it asks at once.
(() => {
  let missed = false;
  document.addEventListener('htmx:beforeRequest', (event) => {
    if (document.hidden && event.detail.requestConfig.verb === 'get') {
      missed = true;
      event.preventDefault();
    }
  });
  document.addEventListener('visibilitychange', () => {
    const section = document.querySelector('#avance[data-hx-get]');
    if (document.hidden || !missed) return;
    missed = false;
    if (section) htmx.ajax('GET', section.dataset.hxGet, { source: section, target: section, swap: 'outerHTML' });
  });
})();
