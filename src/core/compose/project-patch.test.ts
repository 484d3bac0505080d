import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ComposeProject } from './compose-project.ts';
import { loadCompose } from './load-compose.ts';
import { mergePatch, patchProject, projectPatchSchema } from './project-patch.ts';
import { renderCompose } from './render-compose.ts';

const text = `
services:
  web:
    image: shop:1
    mem_limit: 64m
    environment: { A: one, B: two, MONEY: "$$5" }
    x-crane: { route: 80, scale: { min: 1, max: 3 } }
  once:
    image: shop:1
    profiles: [tools]
`;
function load(source: string): ComposeProject {
  const loaded = loadCompose({
    files: [{ path: 'compose.yaml', text: source }],
    readFile: () => undefined,
    environment: {},
    profiles: ['*'],
    projectName: 'shop-1',
  });
  if (!loaded.ok) assert.fail(loaded.problems.map(({ message }) => message).join('; '));
  return loaded.project;
}
const patched = (patch: unknown): ComposeProject =>
  load(patchProject(load(text), projectPatchSchema.parse(patch)));

describe('a patch of a project', () => {
  it('changes what it names and nothing else', () => {
    const { services } = patched({
      services: { web: { image: 'shop:2', environment: { A: 'uno', B: null, C: '${HOME} $x' } } },
    });
    const { web, once } = load(text).services;
    assert.deepEqual(services, {
      web: { ...web, image: 'shop:2', environment: { A: 'uno', MONEY: '$5', C: '${HOME} $x' } },
      once,
    });
  });

  it('may say nothing new', () => {
    const same = patched({ services: { web: { image: 'shop:1' } } });
    assert.equal(renderCompose(same), renderCompose(load(text)));
  });

  it('takes the place of the short words of Compose', () => {
    const { web } = patched({
      services: { web: { deploy: { resources: { limits: { memory: '128m', cpus: 0.5 } } } } },
    }).services;
    assert.equal(web?.mem_limit, undefined);
    assert.equal(String(web?.deploy?.resources?.limits?.memory), String(128 * 1024 * 1024));
  });

  it('may change bounds, numbers and flags in maps of texts', () => {
    const { web } = patched({
      services: { web: { labels: { n: 1, b: true }, 'x-crane': { scale: { max: 7 } } } },
    }).services;
    assert.deepEqual(web?.labels, { n: '1', b: 'true' });
    assert.deepEqual(web?.['x-crane']?.scale, { min: 1, max: 7 });
  });

  it('knows only what may be changed', () => {
    for (const patch of [
      {},
      { services: {} },
      { name: 'x', services: { web: { image: 'a' } } },
      { services: { web: null } },
      { services: { web: { privileged: true } } },
      { services: { web: { volumes: ['/:/host'] } } },
      { services: { web: { deploy: { mode: 'global' } } } },
    ])
      assert.equal(projectPatchSchema.safeParse(patch).success, false, JSON.stringify(patch));
  });
});

describe('a merge patch', () => {
  // The examples of RFC 7396, appendix A.
  for (const [target, patch, result] of [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ] as const)
    it(`${JSON.stringify(target)} + ${JSON.stringify(patch)} = ${JSON.stringify(result)}`, () =>
      assert.deepEqual(mergePatch(target, patch), result));

  it('given twice changes nothing more, and no prototype', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const once = mergePatch(target, patch);
        assert.deepEqual(mergePatch(once, patch), once);
      }),
    );
    const merged = mergePatch({}, JSON.parse('{"__proto__":{"polluted":1}}'));
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
    assert.equal('polluted' in {}, false);
  });
});
