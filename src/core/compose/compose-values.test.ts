import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseBytes } from './byte-size.ts';
import { durationText, parseDuration } from './duration.ts';
import { cleanPath, joinPath, relativePath } from './file-path.ts';
import { interpolate } from './interpolate.ts';
import { isAddress, parsePort } from './parse-port.ts';
import { parseVolume } from './parse-volume.ts';
import { readEnvFile } from './read-env-file.ts';
import { splitWords } from './split-words.ts';
import { resolvePlain } from './yaml-scalar.ts';

const environment: Record<string, string> = { A: 'a', EMPTY: '' };
const value = (text: string): string => {
  const result = interpolate(text, (name) => environment[name]);
  return result.ok ? result.text : `! ${result.message}`;
};

describe('variables', () => {
  const cases: Record<string, string> = {
    '$A ${A} $$A $1 $': 'a a $A $1 $',
    '${X:-d}${X-d}${EMPTY:-d}${EMPTY-d}': 'ddd',
    '${A:+r}${A+r}${EMPTY:+r}${EMPTY+r}${X+r}': 'rrr',
    '${X:-${Y:-${A}}}': 'a',
    '${X:-{"a":{"b":1}}}': '{"a":{"b":1}}',
    '${X:?no}': '! required variable X is missing a value: no',
    '${EMPTY?no}|': '|',
    '${X': '! a ${ is not closed by }',
  };
  for (const [text, wanted] of Object.entries(cases))
    it(`${text} is ${wanted}`, () => assert.equal(value(text), wanted));

  it('leave a text without $ as it is, and never throw', () => {
    fc.assert(fc.property(fc.string(), (text) => text.includes('$') || value(text) === text));
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('$', '{', '}', 'A', ':', '-', '?', '\n') }),
        (text) => typeof value(text) === 'string',
      ),
    );
  });
});

describe('durations', () => {
  it('are read in all units, and written as Compose writes them', () => {
    const written = ['90s', '1.5h', '2d', '100ms', '1m30.5s', '0', '-1s', '1500us'].map((text) =>
      durationText(parseDuration(text) ?? NaN),
    );
    assert.deepEqual(written, ['1m30s', '1h30m0s', '48h0m0s', '100ms', '1m30.5s', '0s', '-1s', '1.5ms']);
    assert.deepEqual(['', '10', '1x', 's', '1s1'].map(parseDuration), [null, null, null, null, null]);
  });

  it('come back from their text', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1e15 }), (ns) => parseDuration(durationText(ns)) === ns));
  });
});

it('sizes have units, with and without b', () => {
  const sizes = ['512m', '1.5gb', '2 GiB', '10', '-1', '1e3', '5x', '', '1kib2'].map(parseBytes);
  assert.deepEqual(sizes, [536870912, 1610612736, 2147483648, 10, -1, 1000, null, null, null]);
});

describe('ports', () => {
  it('are numbers, ranges, addresses and protocols', () => {
    assert.deepEqual(parsePort('127.0.0.1:8000-8001:80-81/udp'), {
      ok: true,
      ports: [
        { target: 80, published: '8000', hostIp: '127.0.0.1', protocol: 'udp' },
        { target: 81, published: '8001', hostIp: '127.0.0.1', protocol: 'udp' },
      ],
    });
    assert.deepEqual(parsePort('9000-9010:80'), {
      ok: true,
      ports: [{ target: 80, published: '9000-9010', protocol: 'tcp' }],
    });
    for (const wrong of ['', 'http', '70000', '80:', '2-1', '1-3:1-2', '1.2.3:80:80', '80/icmp', ':'])
      assert.equal(parsePort(wrong).ok, false, wrong);
  });

  it('take any text without throwing', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('1', '9', ':', '-', '/', '.', '[', ']', 'u') }),
        (text) => typeof parsePort(text).ok === 'boolean',
      ),
    );
  });

  it('know an address', () => {
    assert.deepEqual(
      ['1.2.3.4', '::1', 'fd00::1:2', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8'].filter((text) => !isAddress(text)),
      [],
    );
    assert.deepEqual(
      ['1.2.3', '1.2.3.256', '::1::', '12345::', 'a', '1:2', '1.2.3.4.'].filter(isAddress),
      [],
    );
  });
});

it('mounts are volumes or paths', () => {
  const kinds = ['/a', 'vol:/a', './v:/a', '~/v:/a', 'C:\\v:/a', 'vol:/a:ro'].map((text) => {
    const read = parseVolume(text);
    return read.ok ? `${read.type} ${read.source ?? ''} ${read.target} ${read.readOnly}` : read.message;
  });
  assert.deepEqual(kinds, [
    'volume  /a false',
    'volume vol /a false',
    'bind ./v /a false',
    'bind ~/v /a false',
    'bind C:\\v /a false',
    'volume vol /a true',
  ]);
  assert.deepEqual(
    ['', 'aa::bb', 'aa:bb:cc:dd:ee'].filter((text) => parseVolume(text).ok),
    [],
  );
});

it('env files have comments, quotes, exports and variables', () => {
  const read = readEnvFile(
    '# c\nexport A=1 # note\nB="x\\ty$A"\nC=\'$A\'\nD: yaml\nE\nF="two\nlines"\n',
    (name) => (name === 'E' ? 'given' : undefined),
  );
  assert.deepEqual(read, {
    values: { A: '1', B: 'x\ty1', C: '$A', D: 'yaml', E: 'given', F: 'two\nlines' },
    problems: [],
  });
  assert.deepEqual(
    readEnvFile('A=1\nB="x\n').problems.map(({ line }) => line),
    [2],
  );
});

it('command lines split like in a shell, without expanding anything', () => {
  assert.deepEqual(splitWords('sh -c "echo \'a  b\'" x\\ y \'\' a"b"c'), [
    'sh',
    '-c',
    "echo 'a  b'",
    'x y',
    '',
    'abc',
  ]);
  assert.deepEqual(splitWords('a $(b c) `d e`; f'), ['a', '$(b c)', '`d e`']);
  assert.deepEqual(['"a', "'", '`x', '(a)', 'a\\'].map(splitWords), [null, null, null, null, null]);
});

it('plain YAML means what Compose makes of it', () => {
  const read = ['1', '0440', '0o17', '0x1F', '1_000', '1.50', 'yes', 'true', '', '22:22', '1e3'].map(
    (text) => resolvePlain(text).value,
  );
  assert.deepEqual(read, [1, 288, 15, 31, 1000, 1.5, 'yes', true, null, '22:22', 1000]);
});

it('paths are cleaned and joined', () => {
  assert.deepEqual(['/a/./b/../c//', 'a/..', '../x', '/..'].map(cleanPath), ['/a/c', '.', '../x', '/']);
  assert.equal(joinPath('/p', './a'), '/p/a');
  assert.equal(joinPath('.', 'a'), './a');
  assert.equal(relativePath('/p/q', '/p/r/s'), '../r/s');
});
