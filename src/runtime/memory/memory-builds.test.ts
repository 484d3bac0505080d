import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { describeBuildContract } from '../build-contract.ts';
import { createMemoryRuntime } from './memory-runtime.ts';

describeBuildContract('builds of the model', async () => ({
  runtime: createMemoryRuntime({
    clock: { now: () => Date.now(), monotonic: () => performance.now(), wait: async () => undefined },
  }),
  prefix: 'crane',
  base: 'scratch',
  tarOf: (files) => {
    const archive = pack();
    for (const [name, text] of Object.entries(files)) archive.entry({ name, mtime: new Date(0) }, text);
    archive.finalize();
    return Readable.from(archive, { objectMode: false });
  },
  close: async () => undefined,
}));
