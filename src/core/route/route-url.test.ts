import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { routeUrl } from './route-url.ts';

describe('routeUrl', () => {
  const route = { hosts: ['shop-1.localhost', 'web.shop-1.localhost'], path: '/', tls: 'off' } as const;
  const ports = { routerPort: 8080, tlsPort: 8443 };

  it('is the first host on the port of its scheme', () => {
    assert.equal(routeUrl(route, ports), 'http://shop-1.localhost:8080');
    assert.equal(routeUrl({ ...route, tls: 'also' }, ports), 'https://shop-1.localhost:8443');
    assert.equal(
      routeUrl({ ...route, tls: 'only', path: '/api' }, ports),
      'https://shop-1.localhost:8443/api',
    );
  });

  it('leaves out the port that the scheme means anyway', () => {
    const usual = { routerPort: 80, tlsPort: 443 };
    assert.equal(routeUrl(route, usual), 'http://shop-1.localhost');
    assert.equal(routeUrl({ ...route, tls: 'also' }, usual), 'https://shop-1.localhost');
  });

  it('is null without a route', () => assert.equal(routeUrl(undefined, ports), null));
});
