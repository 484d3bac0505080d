import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A process that looks like the control plane of `folder`: its words, and the lease held open. */
export async function startLookalike(
  test: TestContext,
  folder: string,
  { onTerm = 'process.exit(0)', program = 'main.js' }: { onTerm?: string; program?: string } = {},
): Promise<ChildProcess> {
  mkdirSync(folder, { recursive: true });
  const main = join(folder, program);
  writeFileSync(
    main,
    `import { openSync } from 'node:fs';
     openSync(${JSON.stringify(join(folder, 'lease.db'))}, 'a');
     process.on('SIGTERM', () => { ${onTerm} });
     setTimeout(() => process.exit(9), 30_000);
     console.log('ready');`,
  );
  const child = spawn(process.execPath, [main, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
  test.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  writeFileSync(join(folder, 'crane.pid'), `${child.pid}\n`);
  return child;
}
