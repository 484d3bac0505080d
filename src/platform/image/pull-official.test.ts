import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { servePart } from '../../../test/factories/part-server.ts';
import { CraneError } from '../../core/error/crane-error.ts';
import { createEngineClient } from '../../runtime/docker/client/engine-client.ts';
import type { ProgressLine } from '../progress.ts';
import { explainPull, pullOfficial } from './pull-official.ts';

const failed = (message: string): CraneError => new CraneError('image.pull_failed', message);

describe('a pull that failed', () => {
  const outs = [
    'Pull traefik:v3: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host',
    'Pull traefik:v3: Get "https://registry-1.docker.io/v2/": net/http: request canceled (Client.Timeout exceeded)',
    'Pull traefik:v3: toomanyrequests: You have reached your pull rate limit',
    'Pull traefik:v3: tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ];
  for (const message of outs)
    it(`speaks for the whole registry: ${message.slice(16, 70)}`, () => {
      assert.deepEqual(explainPull(failed(message)), {
        kind: 'failed',
        why: message.slice(0, 160),
        isRegistryOut: true,
      });
    });

  it('speaks for one image only, when the registry does not have it', () => {
    const absent = new CraneError('image.not_found', 'Pull traefik:v9: manifest unknown');
    assert.deepEqual(explainPull(absent), { kind: 'failed', why: absent.message, isRegistryOut: false });
    assert.deepEqual(explainPull(failed('Pull traefik:v3: filesystem layer verification failed')), {
      kind: 'failed',
      why: 'Pull traefik:v3: filesystem layer verification failed',
      isRegistryOut: false,
    });
  });

  it('is no word of a registry when the engine is lost or its disk is full', () => {
    const lost = new CraneError('engine.unreachable', 'The engine is gone.');
    assert.throws(() => explainPull(lost), lost);
    const full = failed('Pull traefik:v3: write /var/lib/docker/x: no space left on device');
    assert.throws(() => explainPull(full), full);
  });
});

describe('pullOfficial', () => {
  it('gives up on a registry that gives nothing', async (test) => {
    const url = new URL(
      await servePart(test, ({ path }, response) => {
        response.setHeader('Api-Version', '1.41');
        if (path === '/_ping' || path.endsWith('/_ping')) response.end('OK');
        else response.write('{"status":"Pulling from library/traefik"}\n'); // and then nothing more
      }),
    );
    const client = createEngineClient({
      endpoint: { kind: 'tcp', host: url.hostname, port: Number(url.port), tls: null },
    });
    test.after(() => client.close());
    const lines: Omit<ProgressLine, 'at'>[] = [];
    const outcome = await pullOfficial({
      client,
      reference: 'traefik:v3',
      localTag: 'crane/traefik:3',
      step: 'image.traefik',
      report: (line) => lines.push(line),
      stallMs: 100,
    });
    assert.deepEqual(outcome, {
      kind: 'failed',
      why: 'no registry answered within 0.1 s',
      isRegistryOut: true,
    });
    assert.equal(lines[0]?.text, 'pulling traefik:v3');
  });
});
