import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parse } from 'yaml';
import { z } from 'zod';
import { CraneError } from '../../core/error/crane-error.ts';
import type { Route } from '../../core/route/route.ts';
import { someRoute } from '../proxy-contract.ts';
import { parsePublishedHeader, parsePublishedMark } from './published-header.ts';
import { renderTraefikDynamic } from './render-dynamic.ts';

const file = z.object({
  http: z.object({
    routers: z.record(
      z.string(),
      z.object({
        rule: z.string(),
        priority: z.number(),
        middlewares: z.array(z.string()).optional(),
        entryPoints: z.array(z.string()).optional(),
      }),
    ),
    services: z.record(z.string(), z.unknown()),
    middlewares: z.record(z.string(), z.unknown()),
  }),
});
const render = (...routes: Route[]): string => renderTraefikDynamic({ app: 'shop-1', routes });
const readBack = (text: string): z.infer<typeof file>['http'] => file.parse(parse(text)).http;

const plain = `# crane: {"app":"shop-1","routes":[{"app":"shop-1","service":"web","hosts":["shop-1.localhost","web.shop-1.localhost"],"path":"/","port":8080,"isStripped":false,"isSticky":false,"tls":"off","rateLimit":null,"backends":[{"instance":"web-1-1","url":"http://127.0.0.1:18080"}],"canary":null}]}
http:
  routers:
    shop-1.web:
      rule: "Host(\`shop-1.localhost\`) || Host(\`web.shop-1.localhost\`)"
      priority: 11
      entryPoints:
        - "apps"
      middlewares:
        - "crane-retry-lost"
        - "crane-retry-connect"
      service: "shop-1.web"
  services:
    shop-1.web:
      loadBalancer:
        servers:
          - url: "http://127.0.0.1:18080"
        serversTransport: "crane-backends"
  middlewares:
    shop-1.published:
      headers:
        customRequestHeaders:
          X-Crane-Published: "cec61ed964e741b8"
`;

describe('renderTraefikDynamic', () => {
  it('renders one router and one service per route', () => {
    assert.equal(render(someRoute()), plain);
  });

  it('sends requests to the waker while no instance answers, and says which service is meant', () => {
    const waker = 'http://10.213.0.1:7072';
    const asleep = readBack(render(someRoute({ waker, backends: [] })));
    assert.deepEqual(asleep.services['shop-1.web'], {
      loadBalancer: { servers: [{ url: waker }], serversTransport: 'crane-sleepy-backends' },
    });
    assert.deepEqual(asleep.middlewares['shop-1.web.wake'], {
      headers: { customRequestHeaders: { 'X-Crane-Wake': 'shop-1/web/8080' } },
    });
    const awake = readBack(render(someRoute({ waker })));
    assert.ok(!JSON.stringify([awake.services, awake.middlewares]).includes('7072'));
    assert.deepEqual(parsePublishedHeader(render(someRoute({ waker })))?.routes[0]?.waker, waker);
    assert.throws(() => render(someRoute({ waker: 'http://a`b:1' })), CraneError);
  });

  it('matches whole segments of a path, and lets the longer path win whatever the hosts', () => {
    const { routers } = readBack(
      render(
        someRoute({ hosts: ['a.localhost', 'b.localhost'] }),
        someRoute({ service: 'api', hosts: ['a.localhost'], path: '/api/' }),
      ),
    );
    assert.equal(
      routers['shop-1.api']?.rule,
      '(Host(`a.localhost`)) && (Path(`/api`) || PathPrefix(`/api/`))',
    );
    assert.ok((routers['shop-1.api']?.priority ?? 0) > (routers['shop-1.web']?.priority ?? 0));
  });

  it('names a second route of the same service apart', () => {
    const http = readBack(render(someRoute(), someRoute({ path: '/x' })));
    assert.deepEqual(Object.keys(http.routers), ['shop-1.web', 'shop-1.web~2']);
  });

  it('keeps a route without backends, so that the router answers 503 and not 404', () => {
    const http = readBack(render(someRoute({ backends: [] })));
    assert.deepEqual(http.services['shop-1.web'], {
      loadBalancer: { servers: [], serversTransport: 'crane-backends' },
    });
  });

  it('sets a cookie of its own for a sticky service and a rate limit where one is asked for', () => {
    const http = readBack(render(someRoute({ isSticky: true, rateLimit: { average: 5, burst: 10 } })));
    assert.deepEqual(http.middlewares['shop-1.web.limit'], {
      rateLimit: { average: 5, burst: 10, period: '1s' },
    });
    assert.match(
      JSON.stringify(http.services),
      /"sticky":\{"cookie":\{"name":"crane_[0-9a-f]{12}","httpOnly":true/,
    );
  });

  it('adds a router with TLS, and lets the plain one send on where the route has TLS only', () => {
    const secure = { certificate: 'CERTIFICATE\n', key: 'KEY\n', port: 9443 };
    const routes = [
      someRoute({ tls: 'only' }),
      someRoute({ path: '/x', tls: 'also' }),
      someRoute({ path: '/y' }),
    ];
    const text = renderTraefikDynamic({ app: 'shop-1', routes }, secure);
    const { routers, middlewares } = readBack(text);
    assert.deepEqual(Object.keys(routers), [
      'shop-1.web',
      'shop-1.web~tls',
      'shop-1.web~2',
      'shop-1.web~2~tls',
      'shop-1.web~3',
    ]);
    assert.deepEqual(
      Object.values(routers).map(({ middlewares: own = [] }) => own[0]),
      ['shop-1.web.redirect', 'crane-retry-lost', 'crane-retry-lost', 'crane-retry-lost', 'crane-retry-lost'],
    );
    assert.deepEqual(
      Object.values(routers).map(({ entryPoints }) => entryPoints?.join()),
      ['apps', 'secure', 'apps', 'secure', 'apps'],
    );
    assert.deepEqual(middlewares['shop-1.web.redirect'], {
      redirectScheme: { scheme: 'https', port: '9443', permanent: true },
    });
    assert.deepEqual(z.object({ tls: z.unknown() }).parse(parse(text)).tls, {
      certificates: [{ certFile: 'CERTIFICATE\n', keyFile: 'KEY\n' }],
    });
  });

  it('changes its mark with the certificate, and serves without TLS where there is none', () => {
    const routes = [someRoute({ tls: 'only' })];
    const marks = ['a', 'b'].map((certificate) =>
      parsePublishedMark(renderTraefikDynamic({ app: 'shop-1', routes }, { certificate, key: 'k', port: 1 })),
    );
    assert.notEqual(marks[0], marks[1]);
    const plainly = readBack(render(...routes));
    assert.deepEqual(Object.keys(plainly.routers), ['shop-1.web']);
    assert.equal(plainly.middlewares['shop-1.web.redirect'], undefined);
  });

  it('renders an app without routes as a file that is not empty', () => {
    const text = render();
    assert.match(text, /shop-1\.published/);
    assert.deepEqual(parsePublishedHeader(text), { app: 'shop-1', routes: [] });
  });

  it('changes its mark with any change of the routes', () => {
    const marks = [someRoute(), someRoute({ path: '/x' }), someRoute({ backends: [] })].map((route) =>
      parsePublishedMark(render(route)),
    );
    assert.equal(new Set(marks).size, 3);
    assert.ok(marks.every((mark) => mark !== null));
  });
});

const hostile = [
  'a`) || Host(`b',
  '{{ env "HOME" }}',
  'a\nhttp: {}',
  'a\u2028b',
  'a"b',
  'ü.localhost',
  '',
  '-a',
  '*',
  'a b',
  '[::1]',
];

describe('hostile values in routes', () => {
  for (const value of hostile) {
    const seen = JSON.stringify(value);
    it(`refuses ${seen} as host, path, service, instance and backend`, () => {
      const routes = [
        someRoute({ hosts: [value] }),
        someRoute({ path: value }),
        someRoute({ path: `/${value}\`` }),
        someRoute({ service: value }),
        someRoute({ backends: [{ instance: value, url: 'http://127.0.0.1:1' }] }),
        someRoute({ backends: [{ instance: 'a', url: value }] }),
        someRoute({ app: value }),
      ];
      for (const route of routes)
        assert.throws(
          () => render(route),
          (error: unknown) => error instanceof CraneError && error.code === 'input.invalid',
        );
    });
  }

  it('never lets a host or path mean more than itself', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string({ maxLength: 40 }), (host, path) => {
        try {
          const text = render(someRoute({ hosts: [host], path: `/${path}` }));
          const { routers } = readBack(text);
          const prefix = `/${path}`.replace(/\/+$/, '');
          const wanted =
            prefix === ''
              ? `Host(\`${host}\`)`
              : `(Host(\`${host}\`)) && (Path(\`${prefix}\`) || PathPrefix(\`${prefix}/\`))`;
          const isPlain = !/[`\s{}"]/.test(host + path);
          return (
            isPlain &&
            !text.includes('{{') &&
            Object.keys(routers).join() === 'shop-1.web' &&
            routers['shop-1.web']?.rule === wanted
          );
        } catch (error) {
          return error instanceof CraneError && error.code === 'input.invalid';
        }
      }),
      { numRuns: 500 },
    );
  });

  it('refuses rate limits that are no numbers', () => {
    for (const average of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      assert.throws(() => render(someRoute({ rateLimit: { average, burst: 1 } })), CraneError);
  });
});

describe('parsePublishedHeader', () => {
  it('takes nothing that is not a whole header of Crane', () => {
    for (const text of [
      '',
      'http: {}',
      '# crane: {',
      '# crane: {"app":1}',
      '# crane: {"app":"a","routes":[{}]}',
    ])
      assert.equal(parsePublishedHeader(text), null);
  });
});

const balancer = z.object({
  loadBalancer: z.object({ servers: z.array(z.unknown()) }).optional(),
  weighted: z.object({ services: z.array(z.unknown()) }).optional(),
});
const dynamic = z.object({
  http: z.object({
    routers: z.record(z.string(), z.object({ service: z.string() })),
    services: z.record(z.string(), balancer),
  }),
});

describe('a canary', () => {
  const canary = { weight: 10, backends: [{ instance: 'web-2-1', url: 'http://10.0.0.9:80' }] };

  it('gets its share through a weighted service, each release with a balancer of its own', () => {
    const text = renderTraefikDynamic({ app: 'shop-1', routes: [someRoute({ canary, isSticky: true })] });
    const { routers, services } = dynamic.parse(parse(text)).http;
    assert.equal(routers['shop-1.web']?.service, 'shop-1.web~weighted');
    assert.deepEqual(services['shop-1.web~weighted']?.weighted?.services, [
      { name: 'shop-1.web', weight: 90 },
      { name: 'shop-1.web~canary', weight: 10 },
    ]);
    assert.deepEqual(services['shop-1.web~canary']?.loadBalancer?.servers, [{ url: 'http://10.0.0.9:80' }]);
  });

  it('gets nothing while none of it answers, and all when only it does', () => {
    const none = { ...canary, backends: [] };
    const plain = renderTraefikDynamic({ app: 'shop-1', routes: [someRoute({ canary: none })] });
    assert.deepEqual(Object.keys(dynamic.parse(parse(plain)).http.services), ['shop-1.web']);
    const alone = renderTraefikDynamic({ app: 'shop-1', routes: [someRoute({ canary, backends: [] })] });
    assert.deepEqual(dynamic.parse(parse(alone)).http.services['shop-1.web']?.loadBalancer?.servers, [
      { url: 'http://10.0.0.9:80' },
    ]);
  });

  it('cuts a route’s path off where it is asked to', () => {
    const route = someRoute({ path: '/api/', isStripped: true });
    const text = renderTraefikDynamic({ app: 'shop-1', routes: [route] });
    assert.match(text, /stripPrefix:\n\s+prefixes:\n\s+- "\/api"\n/);
    assert.ok(
      !renderTraefikDynamic({ app: 'shop-1', routes: [someRoute({ isStripped: true })] }).includes('strip'),
    );
  });
});
