import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress } from 'node:zlib';
import { chromium, type Browser } from 'playwright-core';
import { extract } from 'tar-stream';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const packed = join(root, 'node_modules/@sparticuz/chromium');

/** A real Chromium, without a window, that needs nothing of the machine: it comes with its libraries and fonts from an npm package. */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpackOnce();
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // The tests run as root, where Chromium's own sandbox cannot be; it looks at nothing but Crane's pages.
    args: ['--no-sandbox', '--disable-gpu'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'lib'),
      FONTCONFIG_FILE: join(folder, 'fonts.conf'),
    },
  });
}

/** Unpacks it below `.cache` the first time; several that begin at once do not disturb each other. */
async function unpackOnce(): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(packed, 'package.json'), 'utf8')));
  const folder = join(root, '.cache', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  const making = await mkdtemp(`${folder}-`);
  await Promise.all([
    pipeline(unpacked('chromium.br'), createWriteStream(join(making, 'chromium'))),
    untar('al2023.tar.br', making),
    untar('fonts.tar.br', making),
  ]);
  await chmod(join(making, 'chromium'), 0o755);
  await writeFile(join(making, 'fonts.conf'), fontsConfiguration(folder));
  try {
    await rename(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    await rm(making, { recursive: true });
  }
  return folder;
}

function fontsConfiguration(folder: string): string {
  return `<?xml version="1.0"?>
<fontconfig>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}

function unpacked(name: string) {
  return createReadStream(join(packed, 'bin', name)).pipe(createBrotliDecompress());
}

async function untar(name: string, folder: string): Promise<void> {
  const entries = extract();
  const reading = pipeline(unpacked(name), entries);
  for await (const entry of entries) {
    const path = join(folder, normalize(`/${entry.header.name}`));
    if (entry.header.type === 'file') {
      await mkdir(dirname(path), { recursive: true });
      await pipeline(entry, createWriteStream(path));
    } else entry.resume();
  }
  await reading;
}
