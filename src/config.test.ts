import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readConfig, renderConfigurationDocs } from './config.ts';
import { CraneError } from './core/error/crane-error.ts';
import { errorCodes } from './core/error/error-codes.ts';

function refusal(environment: Record<string, string>): CraneError {
  try {
    readConfig({ HOME: '/home/ann', ...environment });
  } catch (error) {
    assert.ok(error instanceof CraneError);
    return error;
  }
  return assert.fail('it was taken');
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    const config = readConfig({ HOME: '/home/ann' });
    assert.equal(config.dataFolder, '/home/ann/.local/share/crane');
    assert.equal(config.cacheFolder, '/home/ann/.cache/crane');
    assert.deepEqual([config.prefix, config.apiPort, config.routerPort], ['crane', 7070, 8080]);
    assert.equal(config.subnets, '10.213.0.0/16');
    assert.equal(config.isRemovingTempFiles, true);
    assert.equal(config.docker.configFolder, '/home/ann/.docker');
  });

  it('follows the XDG folders; one that is empty or relative counts as unset', () => {
    const dataOf = (XDG_DATA_HOME: string): string =>
      readConfig({ HOME: '/home/ann', XDG_DATA_HOME }).dataFolder;
    assert.equal(dataOf('/srv/share'), '/srv/share/crane');
    assert.equal(dataOf('/srv/$&'), '/srv/$&/crane');
    for (const text of ['', 'share']) assert.equal(dataOf(text), '/home/ann/.local/share/crane');
  });

  it('makes folders absolute, since the engine mounts them', () => {
    const config = readConfig({ HOME: '/home/ann', CRANE_DATA: 'here/data', CRANE_CACHE: '/var/cache/../c' });
    assert.equal(config.dataFolder, join(process.cwd(), 'here/data'));
    assert.equal(config.cacheFolder, '/var/c');
  });

  it('takes an empty variable for unset', () => {
    assert.equal(readConfig({ HOME: '/home/ann', CRANE_API_PORT: '' }).apiPort, 7070);
  });

  it('reads REMOVE_TEMP_FILES as a flag', () => {
    for (const [text, expected] of [
      ['false', false],
      ['0', false],
      ['true', true],
      ['1', true],
    ] as const)
      assert.equal(readConfig({ REMOVE_TEMP_FILES: text }).isRemovingTempFiles, expected);
  });

  it('tells all wrong values at once, with the value seen and exit code 2', () => {
    const error = refusal({
      CRANE_API_PORT: '70000',
      CRANE_ROUTER_PORT: '0x50',
      CRANE_PREFIX: 'Crane!',
      CRANE_SUBNETS: '10.0.0.0/28',
      CRANE_LOG_LEVEL: 'loud',
      REMOVE_TEMP_FILES: 'perhaps',
      CRANE_SCRAPE_MS: '1e3',
    });
    assert.equal(error.code, 'input.invalid');
    assert.equal(errorCodes[error.code].exit, 2);
    assert.deepEqual(
      error.facts.errors?.map((detail) => detail.pointer),
      [
        '/CRANE_PREFIX',
        '/CRANE_API_PORT',
        '/CRANE_ROUTER_PORT',
        '/CRANE_SUBNETS',
        '/CRANE_SCRAPE_MS',
        '/CRANE_LOG_LEVEL',
        '/REMOVE_TEMP_FILES',
      ],
    );
    assert.match(error.message, /CRANE_API_PORT: must be a whole number from 1 to 65535 \(saw "70000"\)/);
    assert.match(error.message, /REMOVE_TEMP_FILES: must be true, false, 1 or 0 \(saw "perhaps"\)/);
  });

  it('refuses one port for two listeners', () => {
    assert.match(refusal({ CRANE_ROUTER_PORT: '7070' }).message, /same port as CRANE_API_PORT/);
  });

  it('documents every variable', () => {
    const text = renderConfigurationDocs();
    for (const name of ['CRANE_DATA', 'CRANE_SUBNETS', 'REMOVE_TEMP_FILES', 'DOCKER_HOST', 'XDG_CACHE_HOME'])
      assert.ok(text.includes(name), name);
    assert.match(text, /\| `CRANE_API_PORT` \|.+\| `7070` \|/);
  });
});
