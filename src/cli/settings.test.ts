import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createSettings } from './settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'crane-settings-'));
after(() => rmSync(folder, { recursive: true }));

describe('settings', () => {
  test('logins are kept for each address, readable by their owner only', () => {
    const settings = createSettings({ XDG_CONFIG_HOME: join(folder, 'a') });
    assert.equal(settings.url(), 'http://127.0.0.1:7070');
    assert.equal(settings.token(settings.url()), null);
    settings.saveLogin('http://127.0.0.1:7171/', { token: 'crane_one', user: 'ann' });
    settings.saveLogin('http://127.0.0.1:7272', { token: 'crane_two', user: 'ann' });
    assert.equal(settings.url(), 'http://127.0.0.1:7272');
    assert.equal(settings.token('http://127.0.0.1:7171'), 'crane_one');
    assert.equal(statSync(settings.credentialsPath).mode & 0o777, 0o600);
    assert.equal(settings.forgetLogin('http://127.0.0.1:7171'), true);
    assert.equal(settings.token('http://127.0.0.1:7171'), null);
    assert.equal(settings.forgetLogin('http://127.0.0.1:7171'), false);
  });

  test('separate installations have separate credentials', () => {
    const settings = createSettings({ CRANE_DATA: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'a') });
    settings.saveLogin('http://127.0.0.1:1', { token: 'crane_t', user: 'ann' });
    assert.equal(settings.credentialsPath, join(folder, 'data', 'credentials.json'));
    assert.match(readFileSync(settings.credentialsPath, 'utf8'), /crane_t/);
  });

  test('CRANE_URL and CRANE_TOKEN win', () => {
    const settings = createSettings({
      CRANE_DATA: join(folder, 'data'),
      CRANE_URL: 'http://127.0.0.1:2/',
      CRANE_TOKEN: 'crane_ci',
    });
    assert.equal(settings.url(), 'http://127.0.0.1:2');
    assert.equal(settings.token('http://127.0.0.1:2'), 'crane_ci');
  });

  test('before any login it is the control plane of this machine, on the port of the settings', () => {
    const settings = createSettings({ XDG_CONFIG_HOME: join(folder, 'b'), CRANE_API_PORT: '7999' });
    assert.equal(settings.url(), 'http://127.0.0.1:7999');
    settings.useUrl('http://127.0.0.1:7171');
    assert.equal(settings.url(), 'http://127.0.0.1:7171');
  });

  test('a damaged file is as none', () => {
    const settings = createSettings({ CRANE_DATA: join(folder, 'data') });
    writeFileSync(settings.credentialsPath, '{"current": 7');
    assert.equal(settings.url(), 'http://127.0.0.1:7070');
  });

  test("only asked-for variables are read, and Compose's lists are split", () => {
    const settings = createSettings({
      A: '1',
      SECRET: 'x',
      COMPOSE_FILE: 'a.yaml:b.yaml',
      COMPOSE_PROFILES: 'x,y',
    });
    assert.deepEqual(settings.variables(['A', 'B']), { A: '1' });
    assert.deepEqual(settings.compose, { files: ['a.yaml', 'b.yaml'], profiles: ['x', 'y'], envFiles: [] });
  });
});
