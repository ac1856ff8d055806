// Pages of a guided call, where htmx is not loaded: what asks by data-hx-get every data-hx-trigger seconds
// asks here. 204: nothing new; a failure: asked again at the next turn; a hidden page waits. Focus stays where it was.
(d => {
  let last = '';
  const point = s => {
    const n = s.querySelector('[data-linea]');
    if (!n || !location.pathname.startsWith(n.dataset.lote)) return;
    const f = n.dataset.campo, first = d.getElementById('l' + n.dataset.linea);
    d.querySelectorAll('tr[aria-current]').forEach(r => r.removeAttribute('aria-current'));
    let r = first;
    while (r && f && r.dataset.campo !== f) r = r.nextElementSibling && !r.nextElementSibling.id ? r.nextElementSibling : null;
    (r || first)?.setAttribute('aria-current', 'true');
    if (last !== n.dataset.linea + f) d.querySelector('dl[aria-current],tr[aria-current]')?.scrollIntoView({ block: 'center' });
    last = n.dataset.linea + f;
  };
  const put = (s, html) => {
    const focus = d.activeElement.id;
    s.insertAdjacentHTML('beforebegin', html);
    const now = s.previousElementSibling, said = q => now.querySelector(q);
    s.remove();
    point(now);
    for (const k of ['motivo', 'codigo']) { // what is proposed for the end of the call, unless the agent changed it
      const field = d.getElementById(k);
      if (field && field.value === s.dataset[k]) field.value = now.dataset[k] ?? field.value;
    }
    if (focus && !d.activeElement.id) d.getElementById(focus)?.focus();
    (d.getElementById('oye') || d.getElementById('voz')).textContent = (said('.notice .warning') || said('h1') || said('.notice p')).textContent;
  };
  const ask = async () => {
    const s = d.querySelector('[data-hx-get]');
    if (!s) return;
    try {
      if (!d.hidden) {
        const r = await fetch(s.dataset.hxGet, { headers: { 'HX-Request': 'true', 'HX-Current-URL': location.href } });
        const away = r.headers.get('HX-Redirect');
        if (away) return location.assign(away);
        if (r.status === 200 && s.isConnected) put(s, await r.text());
      }
    } catch { /* the line is away: asked again */ }
    setTimeout(ask, parseFloat(s.dataset.hxTrigger.slice(6)) * 1000);
  };
  const s = d.querySelector('[data-hx-get]');
  if (s) setTimeout(ask, parseFloat(s.dataset.hxTrigger.slice(6)) * 1000);
})(document);
