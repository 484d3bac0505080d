import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { someInstance } from '../../../test/factories/core-values.ts';
import { listPublishedPorts } from './published-ports.ts';
import type { PublishedPort } from './published-port.ts';

const port = (change: Partial<PublishedPort> = {}): PublishedPort => ({
  port: 80,
  protocol: 'tcp',
  address: '127.0.0.1',
  publishedPort: 8000,
  ...change,
});
const any = { service: null, port: null, protocol: null };
const instances = [
  someInstance({ slot: 2, ports: [port({ publishedPort: 8001 })] }),
  someInstance({ ports: [port({ port: 443, publishedPort: 8443 }), port(), port({ address: '::1' })] }),
  someInstance({ service: 'dns', ports: [port({ port: 53, protocol: 'udp' }), port({ port: 53 })] }),
  someInstance({ slot: 3, state: 'exited', ports: [port()] }),
  someInstance({ service: 'job' }),
];
const told = (only: Partial<Parameters<typeof listPublishedPorts>[1]>): string[] =>
  listPublishedPorts(instances, { ...any, ...only }).map(
    (item) => `${item.instance} ${item.port}/${item.protocol} ${item.address} ${item.publishedPort}`,
  );

describe('published ports', () => {
  it('are those of what runs, by service, slot and port', () => {
    assert.deepEqual(told({}), [
      'dns-1-1 53/tcp 127.0.0.1 8000',
      'dns-1-1 53/udp 127.0.0.1 8000',
      'web-1-1 80/tcp 127.0.0.1 8000',
      'web-1-1 80/tcp ::1 8000',
      'web-1-1 443/tcp 127.0.0.1 8443',
      'web-1-2 80/tcp 127.0.0.1 8001',
    ]);
  });

  it('can be narrowed down to a service, a port and a protocol', () => {
    assert.deepEqual(told({ service: 'web', port: 443 }), ['web-1-1 443/tcp 127.0.0.1 8443']);
    assert.deepEqual(told({ port: 53, protocol: 'udp' }), ['dns-1-1 53/udp 127.0.0.1 8000']);
    assert.deepEqual(told({ service: 'job' }), []);
  });
});
