import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCaller } from '../../../test/factories/cli/call-crane.ts';
import { portOf, testApi } from '../../../test/factories/test-api.ts';

test('config prints the resolved model, or one list of it', async (context) => {
  const root = mkdtempSync(join(tmpdir(), 'crane-config-'));
  context.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'My_Shop');
  mkdirSync(folder);
  const file = join(folder, 'compose.yaml');
  writeFileSync(
    file,
    'services:\n  web: { image: "nginx:${TAG:-1}", volumes: ["./src:/src", "data:/data"], env_file: a.env }\n  job: { build: . , profiles: [jobs] }\nvolumes: { data: }\n',
  );
  writeFileSync(join(folder, 'a.env'), 'COST=5$$\n');
  const { api } = await testApi(context);
  await api.listen({ port: 0, host: '127.0.0.1' });
  const call = createCaller(root, `http://127.0.0.1:${portOf(api)}`);
  const crane = async (...argv: string[]) =>
    call(['config', '-f', file, ...argv], { CRANE_TOKEN: 'crane_ada' });

  const model = await crane('--json');
  assert.equal(model.code, 0, model.err);
  const { name, services } = Object(model.json());
  assert.equal(name, 'my_shop');
  assert.deepEqual(services.web.volumes[0], {
    type: 'bind',
    source: join(folder, 'src'),
    target: '/src',
    bind: {},
  });
  assert.deepEqual(services.web.environment, { COST: '5$$' });
  assert.match((await crane()).out, /^name: my_shop\nservices:\n {2}web:\n/);
  assert.equal((await crane('--profile', 'jobs', '--services')).out, 'job\nweb\n');
  assert.equal((await crane('--profile', 'jobs', '--images')).out, 'my_shop-job\nnginx:1\n');
  assert.equal((await crane('--volumes', '--json')).out, '["data"]\n');
  assert.match((await crane('--hash')).out, /^web [0-9a-f]{16}\n$/);
  assert.equal((await crane('--quiet')).out, '');

  writeFileSync(file, 'services:\n  web:\n    imagee: x\n    ports: ["99999"]\n');
  const refused = await crane();
  assert.equal(refused.code, 2);
  assert.match(refused.err, /compose\.yaml:3:\d+[\s\S]*Did you mean image\?/);
});
