import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CraneError } from '../../../core/error/crane-error.ts';
import { isImageId, parseImageRef } from './parse-image-ref.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image name', () => {
  for (const [text, full] of [
    ['nginx', 'docker.io/library/nginx:latest'],
    ['nginx:1.27', 'docker.io/library/nginx:1.27'],
    ['team/web', 'docker.io/team/web:latest'],
    ['docker.io/nginx', 'docker.io/library/nginx:latest'],
    ['index.docker.io/library/nginx:1', 'docker.io/library/nginx:1'],
    ['localhost/web', 'localhost/web:latest'],
    ['localhost:5000/web:1', 'localhost:5000/web:1'],
    ['registry.example.org/team/deep/web:v1', 'registry.example.org/team/deep/web:v1'],
    ['[::1]:5000/web', '[::1]:5000/web:latest'],
    [`nginx@${digest}`, `docker.io/library/nginx@${digest}`],
    [`nginx:1@${digest}`, `docker.io/library/nginx:1@${digest}`],
    ['crane/whoami:1', 'docker.io/crane/whoami:1'],
    ['a__b/c-d--e.f', 'docker.io/a__b/c-d--e.f:latest'],
  ] as const)
    it(`${text} is ${full}`, () => assert.equal(parseImageRef(text).full, full));

  it('is told in its parts', () => {
    assert.deepEqual(parseImageRef(`localhost:5000/team/web:1@${digest}`), {
      registry: 'localhost:5000',
      repository: 'team/web',
      tag: '1',
      digest,
      name: 'localhost:5000/team/web',
      full: `localhost:5000/team/web:1@${digest}`,
    });
  });

  for (const [text, message] of [
    ['', /empty/],
    ['Nginx', /lower case/],
    ['nginx:', /tag/],
    ['nginx:-1', /tag/],
    ['nginx@sha256:abc', /digest/],
    ['nginx@', /digest/],
    ['ng inx', /spaces/],
    ['/nginx', /is no image name/],
    ['nginx/', /is no image name/],
    ['../etc/passwd', /is no image name/],
    ['a..b', /is no image name/],
    ['a_-b', /is no image name/],
    ['http://example.org/nginx', /is no image name/],
    ['0123456789abcdef'.repeat(4), /image id/],
    ['a'.repeat(256), /longer than 255/],
    ['a'.repeat(100_000), /longer than 1000/],
    [`web:${'1'.repeat(129)}`, /tag/],
  ] as const)
    it(`"${text.slice(0, 40)}" is refused`, () => {
      assert.throws(() => parseImageRef(text), { code: 'input.invalid', message });
    });

  it('never takes anything but a CraneError out of hostile text, and a parsed name is its own parse', () => {
    const pieces = fc.constantFrom(
      'a',
      'B',
      '.',
      '-',
      '_',
      '/',
      ':',
      '@',
      '5',
      'localhost',
      digest,
      ' ',
      '\n',
      'é',
    );
    const texts = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const parsed = parseImageRef(text);
          assert.deepEqual(parseImageRef(parsed.full), parsed);
        } catch (error) {
          assert.ok(error instanceof CraneError && error.code === 'input.invalid', String(error));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes no long time over hostile text', () => {
    const began = performance.now();
    for (const text of [
      'a-'.repeat(499),
      `${'a'.repeat(900)}!`,
      `${'a.'.repeat(400)}!`,
      `${'-'.repeat(999)}a`,
    ])
      assert.throws(() => parseImageRef(text));
    assert.ok(performance.now() - began < 200);
  });

  it('is not an image id', () => {
    assert.equal(isImageId(digest), true);
    assert.equal(isImageId(`nginx@${digest}`), false);
  });
});
