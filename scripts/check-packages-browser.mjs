import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const quiet = [
  '--no-sandbox', // CI runs as root
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Milliseconds. The first start of a new browser installation is slow on a slow disk. */
const timeout = 120_000;

/**
 * Bundles a module, serves it on the loopback interface, and waits for its `globalThis.result` in a browser.
 * @param {string} entry
 * @param {string} temp
 */
export async function runInBrowser(entry, temp) {
  const executablePath = browsers.find((path) => existsSync(path));
  if (executablePath === undefined) {
    const reason = `no browser was found (${browsers.join(', ')}); to install one, run: apt-get install chromium`;
    if (process.env['ASKTELL_REQUIRE_PEERS'] === '1')
      throw new Error(`ASKTELL_REQUIRE_PEERS=1 requires a real browser, but ${reason}`);
    return `skipped: ${reason}`;
  }
  const outdir = `${temp}/site`;
  // Splitting keeps mathjs, which asktell imports dynamically, out of the main chunk.
  await build({ entryPoints: [entry], outdir, bundle: true, splitting: true, format: 'esm', platform: 'browser' });

  const server = createServer(({ url = '/' }, response) => {
    const file = `${outdir}/${basename(url)}`;
    if (url === '/') {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><script type="module" src="/page.js"></script>');
    } else if (url.endsWith('.js') && existsSync(file)) {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(file));
    } else {
      response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  // The profile is in `temp`. playwright adds --headless.
  const context = await chromium.launchPersistentContext(`${temp}/profile`, { executablePath, args: quiet, timeout });
  try {
    context.setDefaultTimeout(timeout);
    const page = await context.newPage();
    const broken = new Promise((_, reject) => page.on('pageerror', reject));
    await page.goto(`http://127.0.0.1:${port}/`);
    const done = page.waitForFunction('globalThis.result');
    const handle = /** @type {Awaited<typeof done>} */ (await Promise.race([done, broken]));
    const { trials, best, refusal } = /** @type {{ trials: number, best: number, refusal: string }} */ (
      await handle.jsonValue()
    );
    if (trials !== 200 || refusal !== 'missing-dependency' || !(best >= 1 && best < 3)) {
      throw new Error(`the result of the page is wrong: ${JSON.stringify({ trials, best, refusal })}`);
    }
    return `${trials} trials in Chromium ${context.browser()?.version() ?? ''}, best ${best.toFixed(3)}`;
  } finally {
    await context.close();
    server.close();
  }
}
