// Evaluates flags through the published web provider in a headless browser: `program.js URL KEY`. Each line that is read is a
// context as JSON, and is answered by a line with what each flag is; an empty line keeps the context. The page comes from
// another origin than the service, as pages do.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const [baseUrl, key] = process.argv.slice(2);
const files = {
  '@openfeature/core': 'node_modules/@openfeature/core/dist/esm/index.js',
  '@openfeature/web-sdk': 'node_modules/@openfeature/web-sdk/dist/esm/index.js',
  '@openfeature/ofrep-core': 'node_modules/@openfeature/ofrep-core/index.esm.js',
  '@openfeature/ofrep-web-provider': 'node_modules/@openfeature/ofrep-web-provider/index.esm.js',
};
const imports = Object.fromEntries(Object.keys(files).map((name) => [name, `/module/${name}`]));
const html = `<!doctype html><title>flags</title>
<script type="importmap">${JSON.stringify({ imports })}</script><script type="module" src="/page.js"></script>`;

const server = createServer(async (request, response) => {
  const module = files[request.url.replace('/module/', '')];
  const file = request.url === '/page.js' ? 'page.js' : module;
  if (file) {
    response.setHeader('Content-Type', 'text/javascript');
    response.end(await readFile(new URL(file, import.meta.url)));
  } else {
    response.setHeader('Content-Type', 'text/html');
    response.end(html);
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));

const profile = await mkdtemp(join(tmpdir(), 'burgee-chromium-'));
const quiet = ['--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
const context = await chromium.launchPersistentContext(profile, {
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', ...quiet],
});
try {
  const page = await context.newPage();
  page.on('console', (message) => console.error(message.text()));
  page.on('pageerror', (error) => console.error(error.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => window.read);
  let begun = false;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line && begun) {
      await page.evaluate((given) => window.setContext(given), JSON.parse(line));
    } else if (line) {
      await page.evaluate(([url, secret, given]) => window.begin(url, secret, given), [baseUrl, key, JSON.parse(line)]);
      begun = true;
    }
    console.log(JSON.stringify(await page.evaluate(() => window.read())));
  }
} finally {
  await context.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}
