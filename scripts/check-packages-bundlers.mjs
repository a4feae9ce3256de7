// Builds browser pages with Vite and webpack and runs them. A bundler that asks for a Node polyfill is an error.
import { bundleForBrowser, runInBrowser, withoutBrowser } from './check-packages-browser.mjs';
import { capture } from './check-packages-tools.mjs';

/** The bundlers that npm installs. */
export const bundlers = { vite: '8.4.0', webpack: '5.113.0' };

/**
 * Builds a page of core and one sampler with a worker, and runs it in a browser.
 * @param {'esbuild' | 'vite' | 'webpack'} name
 * @param {string} where folder with the pages and the bundlers
 * @param {string} temp
 */
export async function checkBundler(name, where, temp) {
  const site = `${where}/site-${name}`;
  if (name === 'esbuild') await bundleForBrowser([`${where}/bundle-page.mjs`, `${where}/bundle-worker.mjs`], site);
  else await capture(process.execPath, [`bundle-${name}.mjs`, site], { cwd: where });
  const reason = withoutBrowser();
  if (reason !== undefined) return `built; ${reason}`;
  const { result } = await runInBrowser(site, name === 'esbuild' ? 'bundle-page.mjs' : 'page.js', temp);
  const { page, worker, fits } =
    /** @type {{ page: number[], worker: number[], fits: { threads: number, isSame: boolean } }} */ (result);
  if (page.length !== 200 || JSON.stringify(page) !== JSON.stringify(worker))
    throw new Error(`page and worker must run the same 200 trials, not ${page.length} and ${worker.length}`);
  if (fits.threads !== 1 || !fits.isSame)
    throw new Error(`fits must be the same in a thread, not ${JSON.stringify(fits)}`);
  return `${page.length} trials in a page and in a worker, and the same fits with a thread`;
}
