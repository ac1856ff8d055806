// A file by tus-js-client: {endpoint, cookie, metadata, base64, chunkSize, stopAt, url} in; {url, where, asked} out.
const fs = require('node:fs');
const path = require('node:path');
const tus = require(path.join(__dirname, '../node/node_modules/tus-js-client'));

const told = JSON.parse(fs.readFileSync(0, 'utf8'));
const asked = [];
let where = null;

const end = error => {
  process.stdout.write(JSON.stringify({ url: upload.url, where, asked, error: error ? String(error) : null }));
  process.exit(0);
};
const upload = new tus.Upload(Buffer.from(told.base64, 'base64'), {
  endpoint: told.endpoint,
  uploadUrl: told.url || null,
  headers: { Cookie: told.cookie },
  metadata: told.metadata,
  chunkSize: told.chunkSize || Infinity,
  overridePatchMethod: !!told.override,
  retryDelays: [100, 500],
  onAfterResponse: (request, response) => {
    asked.push(`${request.getMethod()} ${response.getStatus()}`);
    if (request.getMethod() !== 'POST' || request.getURL() !== told.endpoint) where = response.getHeader('Location') || where;
  },
  onChunkComplete: (size, sent) => {
    if (told.stopAt && sent >= told.stopAt) upload.abort().then(() => end());
  },
  onError: end,
  onSuccess: () => end(),
});
upload.start();
