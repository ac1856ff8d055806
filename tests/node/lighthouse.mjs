// Lighthouse over pages in a Chromium that runs already. In, as JSON: the port of its DevTools and pages of name, url
// and headers. Out: for each name its scores of 100, and the audits that cost some.
import { text } from 'node:stream/consumers';
import lighthouse from 'lighthouse';

const CATEGORIES = ['accessibility', 'best-practices'];

const look = async (port, { url, headers }) => {
  const { lhr } = await lighthouse(url, {
    port,
    onlyCategories: CATEGORIES,
    extraHeaders: headers,
    maxWaitForLoad: 10_000, // a page that polls is never still
    ignoreStatusCode: true, // error pages are pages
    pauseAfterFcpMs: 0, // nothing here is about time
    pauseAfterLoadMs: 250,
    networkQuietThresholdMs: 250,
    cpuQuietThresholdMs: 250,
    disableFullPageScreenshot: true,
    logLevel: 'error',
  });
  if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
  const refs = CATEGORIES.flatMap(id => lhr.categories[id].auditRefs).filter(ref => ref.weight);
  const failed = refs.map(ref => lhr.audits[ref.id]).filter(audit => audit.score !== null && audit.score < 1);
  return {
    scores: Object.fromEntries(CATEGORIES.map(id => [id, Math.round(lhr.categories[id].score * 100)])),
    failed: failed.map(audit => `${audit.id}: ${audit.title} ${JSON.stringify(audit.details?.items ?? [])}`),
  };
};

const { port, pages } = JSON.parse(await text(process.stdin));
const out = {};
for (const page of pages) out[page.name] = await look(port, page);
console.log(JSON.stringify(out));
