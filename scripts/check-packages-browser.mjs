import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { resolve, sep } from 'node:path';
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
 * Bundles modules with esbuild, one chunk for each dynamic import.
 * @param {readonly string[]} entryPoints
 * @param {string} outdir
 */
export async function bundleForBrowser(entryPoints, outdir) {
  // Splitting keeps the parser of expressions, which asktell imports dynamically, out of the main chunk.
  const options = /** @type {const} */ ({ bundle: true, splitting: true, format: 'esm', platform: 'browser' });
  await build({ ...options, entryPoints: [...entryPoints], outdir, outExtension: { '.js': '.mjs' } });
}

/**
 * Why there is no browser, or `undefined` if there is one.
 * @throws Error if a browser is required
 */
export function withoutBrowser() {
  if (browsers.some((path) => existsSync(path))) return undefined;
  const reason = `no browser was found (${browsers.join(', ')}); to install one, run: apt-get install chromium`;
  if (process.env['ASKTELL_REQUIRE_PEERS'] === '1')
    throw new Error(`ASKTELL_REQUIRE_PEERS=1 requires a real browser, but ${reason}`);
  return `skipped: ${reason}`;
}

/**
 * Serves a folder on the loopback interface, loads a module of it in a browser, and waits for its `globalThis.result`.
 * @param {string} site
 * @param {string} script path in the folder
 * @param {string} temp
 * @returns {Promise<{ result: any, version: string }>}
 */
export async function runInBrowser(site, script, temp) {
  const server = createServer(({ url = '/' }, response) => {
    const file = resolve(site, `.${new URL(url, 'http://localhost').pathname}`);
    if (url === '/') {
      response
        .setHeader('content-type', 'text/html')
        .end(`<!doctype html><script type="module" src="/${script}"></script>`);
    } else if (file.startsWith(`${site}${sep}`) && /\.m?js$/.test(file) && existsSync(file)) {
      response.setHeader('content-type', 'text/javascript').end(readFileSync(file));
    } else {
      response.writeHead(url === '/favicon.ico' ? 204 : 404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  const executablePath = browsers.find((path) => existsSync(path)) ?? '';
  // The profile is in `temp`. playwright adds --headless.
  const profile = mkdtempSync(`${temp}/profile-`);
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: quiet, timeout });
  try {
    context.setDefaultTimeout(timeout);
    const page = await context.newPage();
    const broken = new Promise((_, reject) => page.on('pageerror', reject));
    await page.goto(`http://127.0.0.1:${port}/`);
    const done = page.waitForFunction('globalThis.result');
    const handle = /** @type {Awaited<typeof done>} */ (await Promise.race([done, broken]));
    return { result: await handle.jsonValue(), version: context.browser()?.version() ?? '' };
  } finally {
    await context.close();
    server.close();
  }
}
