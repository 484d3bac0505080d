import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadCompose, type LoadedCompose } from './load-compose.ts';

const many = (count: number, part: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => part(index));
const service = (text: string): string => `services: {w: {image: x, ${text}}}`;
const letters = 'abcdefghij';
const doubled = (merge: string): string =>
  [
    'x-0: &n0 {p: x, q: x}',
    ...many(30, (n) => `x-${n + 1}: &n${n + 1} {${merge.replaceAll('N', `n${n}`)}}`),
  ].join('\n');

const hostile: Record<string, string> = {
  'an alias bomb of lists': [
    'a: &a [x,x,x,x,x,x,x,x,x,x]',
    ...many(9, (n) => `${letters[n + 1]}: &${letters[n + 1]} [${many(10, () => `*${letters[n]}`).join()}]`),
  ].join('\n'),
  'an alias bomb of maps': doubled('p: *N, q: *N'),
  'a bomb of merge keys': doubled('<<: [*N, *N]'),
  'a value that contains itself': 'services: &s\n  w: {image: x, x-y: *s}\n',
  'lists 10 000 deep': `services: ${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  'maps 10 000 deep': `services: ${'{a: '.repeat(10_000)}${'}'.repeat(10_000)}`,
  'open brackets 10 000 deep': `services: ${'['.repeat(10_000)}`,
  'dashes 10 000 deep': `services:\n  ${'- '.repeat(10_000)}x`,
  'blocks 1 300 deep': `services:\n${many(1300, (n) => `${' '.repeat(n + 1)}a:`).join('\n')}`,
  'a text of a million characters': service(`user: "${'x'.repeat(1_000_000)}"`),
  'a text just within the file': service(`user: "${'x'.repeat(990_000)}"`),
  'a block text of a million characters': `services:\n  w:\n    image: |\n${'      xxxxxxxxx\n'.repeat(60_000)}`,
  'a port of 50 000 digits': service(`ports: ["${'1'.repeat(50_000)}"]`),
  'a port of 25 000 parts': service(`ports: ["${'1:'.repeat(25_000)}"]`),
  'a range of 25 000 parts': service(`ports: ["${'1-'.repeat(25_000)}"]`),
  'an address of 25 000 groups': service(`ports: [{target: 1, host_ip: "${'1:'.repeat(25_000)}"}]`),
  'variables nested 10 000 deep': service(`user: "${'${A:-'.repeat(10_000)}${'}'.repeat(10_000)}"`),
  'variables that do not close': service(`user: "${'${A'.repeat(16_000)}"`),
  'a duration of 25 000 parts': service(`stop_grace_period: "${'1m'.repeat(25_000)}"`),
  'a size of 50 000 digits': service(`mem_limit: "${'1'.repeat(50_000)}x"`),
  'a mount of 50 000 colons': service(`volumes: ["${':'.repeat(50_000)}"]`),
  'a name of 50 000 letters': `services: {"${'a'.repeat(50_000)}!": {image: x}}`,
  '50 000 keys': service(many(50_000, (n) => `k${n}: 1`).join()),
  '20 000 services': `services: {${many(20_000, (n) => `s${n}: 1`).join()}}`,
  '1 100 services in a circle': `services:\n${many(1100, (n) => `  s${n}: {image: x, extends: s${(n + 1) % 1100}}`).join('\n')}`,
  '40 000 documents': '---\na: 1\n'.repeat(40_000),
  '50 000 quotes': '"'.repeat(50_001),
  '25 000 brackets that do not match': '[}'.repeat(25_000),
  '20 000 anchors on nothing': '&a '.repeat(20_000),
  '40 ranges of all ports': service(`ports: [${many(40, () => '"1-65535"').join()}]`),
};

function load(text: string): LoadedCompose {
  return loadCompose({
    files: [{ path: 'compose.yaml', text }],
    readFile: () => undefined,
    environment: {},
    profiles: [],
  });
}

for (const [name, text] of Object.entries(hostile))
  it(`refuses ${name} within 200 ms`, () => {
    let fastestMs = Infinity;
    // The thread's own time, and the best of three: others may be at work on the same machine.
    for (let round = 0; round < 3 && fastestMs > 200; round += 1) {
      const began = process.threadCpuUsage();
      const loaded = load(text);
      const { user, system } = process.threadCpuUsage(began);
      fastestMs = Math.min(fastestMs, (user + system) / 1000);
      assert.ok(!loaded.ok, 'it is accepted');
      assert.ok(loaded.problems.length > 0 && loaded.problems.length <= 100);
      for (const { message, line } of loaded.problems) assert.ok(message.length < 300 && line >= 1, message);
    }
    assert.ok(fastestMs <= 200, `${fastestMs.toFixed()} ms`);
  });

it('never takes a key for a prototype', () => {
  const loaded = load('services: {__proto__: {image: x}, constructor: {image: y}}');
  assert.ok(loaded.ok);
  assert.deepEqual(Object.keys(loaded.project.services).sort(), ['__proto__', 'constructor']);
  assert.equal(Object.hasOwn(Object.prototype, 'image'), false);
});
