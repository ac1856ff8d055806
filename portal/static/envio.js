// Sends a big file in parts (tus 1.0), gzipped for the way: after a cut it goes on where it was, also tomorrow.
// umbral.js brings it; where a browser lacks something of it, or there is no script, the form sends it in one piece.
(d => {
  const LEAST = 8192, MOST = 65536; // bytes
  const A_PART = 8, STALLED = 45, SELDOM = 10; // seconds: what a part should take, may take; the longest rest
  const page = d.getElementById('enviar'), form = page.querySelector('form[enctype]');
  const panel = d.querySelector('template').content.firstElementChild;
  const at = id => panel.querySelector('#' + id);
  const h1 = d.querySelector('h1'), heading = h1.textContent, title = d.title;
  let part = 2 * LEAST, speed, paused, cancelled, stop = () => 0, wake = stop;

  // What the person sees. The voice of a reader follows changes of state and quarters of the way, not every figure.
  const weight = n => n < 1e6 ? Math.ceil(n / 1e3) + '\xa0kB' : (n / 1e6).toFixed(1).replace('.', ',') + '\xa0MB';
  const time = s => s > 90 ? Math.round(s / 60) + ' minutos' : Math.ceil(s / 10) * 10 + ' segundos';
  const write = (id, text) => at(id).textContent === text || (at(id).textContent = text);
  const show = (state, { offset, size }) => {
    const sends = state === 'Enviando', cut = state === 'Sin conexión', percent = Math.floor(offset / size * 100);
    h1.textContent = sends ? 'Enviando su archivo' : 'El envío está en espera';
    d.title = percent + ' % · ' + h1.textContent;
    at('estado').className = sends ? 'doing' : 'warning';
    write('estado', state);
    write('cifras', weight(offset) + ' de ' + weight(size) + ' · ' + percent + '\xa0%');
    at('barra').value = percent;
    write('falta', 'Faltan ' + weight(size - offset) +
      (sends && speed ? ', unos ' + time((size - offset) / speed) + ' con su conexión actual.' : '.'));
    write('hasta', percent + '\xa0%');
    at('corte').hidden = !cut;
    write('pausa', cut ? 'Probar ahora' : paused ? 'Seguir' : 'Pausar');
    write('voz', state + (cut ? '. Nada se perdió.' : ', ' + (percent - percent % 25) + ' %'));
  };
  const notes = () => page.querySelectorAll('[tabindex]');
  const say = (kind, name, words) => {
    const note = d.createElement('div');
    note.className = 'notice ' + kind;
    note.tabIndex = -1;
    note.appendChild(d.createElement('p')).textContent = name + ': ' + words;
    page.prepend(note);
  };

  const ask = async (method, url, headers, body) => {
    const abort = new AbortController(), clock = setTimeout(() => abort.abort(), STALLED * 1e3);
    stop = () => abort.abort();
    try {
      return await fetch(url, { method, body, signal: abort.signal, headers: { 'Tus-Resumable': '1.0.0', ...headers } });
    } finally {
      clearTimeout(clock);
    }
  };
  // Until the time is over, the line or the person is back, or the button is pressed.
  const rest = seconds => new Promise(done => {
    wake = done;
    if (seconds) setTimeout(done, seconds * 1e3);
  });

  const prepare = async file => {
    const bytes = await file.arrayBuffer(); // as it is now: a program may save it again meanwhile
    const told = { filename: file.name, movimiento: form.movimiento.value, de: form.de.value };
    let body = new Blob([bytes]);
    if (form.auto.checked) told.registrar_automaticamente = '1';
    if (self.CompressionStream && !/\.(xlsx|gz|zip)$/i.test(file.name)) {
      body = await new Response(body.stream().pipeThrough(new CompressionStream('gzip'))).blob();
      told.comprimida = 'gzip';
    }
    if (crypto.subtle) { // by it the portal knows the file again tomorrow
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      told.sha256 = [...digest].map(b => (b + 256).toString(16).slice(1)).join('');
    }
    const metadata = Object.keys(told).map(key => key + ' ' + btoa(unescape(encodeURIComponent(told[key])))).join();
    return { body, metadata, size: body.size, offset: 0 };
  };

  // The next request of an upload: made known, asked how far it came, or given its next part.
  const next = ({ url, known, offset, size, body, metadata }) =>
    !url ? ask('POST', '/cargas/tus', { 'Upload-Length': size, 'Upload-Metadata': metadata }) :
    !known || offset === size ? ask('HEAD', url) :
    ask('PATCH', url, { 'Upload-Offset': offset, 'Content-Type': 'application/offset+octet-stream' },
      body.slice(offset, offset + part));

  // Takes an answer in; gives the address of the lote once there is one. Throws words when the file is refused, and
  // anything else when it was no answer of the portal: a cut, a proxy, the page of a hotel.
  const take = async (up, answer, began) => {
    at('sesion').hidden = answer.status !== 401;
    if (answer.status === 401 || answer.status > 499 || !answer.headers.get('Tus-Resumable')) throw answer;
    if (answer.status === 409) up.known = 0;
    else if (up.url && answer.status === 404) up.url = 0;
    else if (!answer.ok) throw await answer.text();
    else {
      const reached = +answer.headers.get('Upload-Offset'), where = answer.headers.get('Location');
      if (up.url && where) return where;
      if (reached > up.offset && up.known) {
        speed = (reached - up.offset) / (Date.now() - began) * 1e3;
        part = Math.max(LEAST, Math.min(MOST, speed * A_PART));
      }
      up.url = up.url || where;
      up.offset = reached;
      up.known = 1;
    }
  };

  const carry = async up => {
    for (let tries = 0; !cancelled;) {
      show(paused ? 'En pausa' : 'Enviando', up);
      if (paused) {
        await rest();
        continue;
      }
      try {
        const began = Date.now(), where = await take(up, await next(up), began);
        if (where) return where;
        tries = 0;
      } catch (why) {
        if (typeof why === 'string') throw why;
        up.known = 0;
        part = Math.max(LEAST, part / 2);
        if (!paused && !cancelled) {
          show('Sin conexión', up);
          await rest(why.status === 401 ? 0 : Math.min(SELDOM, 2 ** tries++) * (.5 + Math.random() / 2));
        }
      }
    }
    if (up.url) ask('DELETE', up.url);
  };

  form.addEventListener('submit', async event => {
    event.preventDefault();
    if (page.hidden) return; // pressed twice
    const { files } = form.archivo;
    cancelled = paused = 0;
    notes().forEach(note => note.remove());
    page.hidden = true;
    page.before(panel);
    h1.tabIndex = -1;
    h1.focus();
    const sent = [];
    let refused;
    for (const file of files) {
      if (cancelled) break;
      write('estado', 'Preparando');
      write('que', form.movimiento.selectedOptions[0].text + ' · ' + file.name);
      try {
        const where = await carry(await prepare(file));
        if (where) sent.push(where);
      } catch (why) {
        refused = 1;
        say('error', file.name, typeof why === 'string' ? why :
          'no se pudo leer. Ciérrelo en Excel y elíjalo otra vez.');
      }
    }
    if (sent.length && !refused && !cancelled) return location.assign(sent[1] ? '/lotes' : sent[0]);
    if (sent.length) say('', sent.length + ' de ' + files.length, 'llegaron y están en Mis lotes.');
    panel.remove();
    page.hidden = false;
    h1.textContent = heading;
    d.title = title;
    (notes()[0] || h1).focus();
  });
  panel.addEventListener('click', ({ target }) => {
    if (target.id === 'cancelar') cancelled = 1;
    else if (target.id !== 'pausa') return;
    else if (at('corte').hidden) paused = !paused;
    stop();
    wake();
  });
  for (const back of ['online', 'focus']) addEventListener(back, () => paused || wake());
})(document);
