import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { countEstablished } from './docker-connections.ts';

const table = `  sl  local_address rem_address   st tx_queue rx_queue
   0: 00000000:1F90 00000000:0000 0A 00000000:00000000
   1: 0242D50A:1F90 0142D50A:D2F0 01 00000000:00000000
   2: 0242D50A:1F90 0142D50A:D2F2 06 00000000:00000000
   3: 0242D50A:D2F0 0342D50A:1F90 01 00000000:00000000
   4: 0000000000000000FFFF00000242D50A:1F90 0000000000000000FFFF00000142D50A:D2F4 01 00000000:00000000
`;

describe('counting connections', () => {
  it('counts the established ones to the port, of both address families', () => {
    assert.equal(countEstablished(table, 8080), 2);
    assert.equal(countEstablished(table, 80), 0);
    assert.equal(countEstablished('', 8080), 0);
  });
});
