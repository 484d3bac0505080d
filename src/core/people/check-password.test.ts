import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPassword } from './check-password.ts';
import { isLastAdmin, type User } from './user.ts';

describe('a password', () => {
  for (const [password, what] of [
    ['', /at least 10/],
    ['kurz', /at least 10/],
    ['x'.repeat(300), /at most 200/],
    ['good\0enough?', /control/],
    ['aaaaaaaaaaaa', /four different/],
    ['1234567890', /everybody/],
    ['Password2026!', /everybody/],
    ['ada-lovelace', /name/],
  ] as const)
    it(`is refused: ${JSON.stringify(password.slice(0, 20))}`, () => {
      assert.match(checkPassword(password, 'ada-lovelace') ?? '', what);
    });

  it('is good when it is long enough, whatever it is made of', () => {
    for (const password of ['correct horse battery', 'ünïcödé wörds', 'a/b;c&d=e f'])
      assert.equal(checkPassword(password, 'ada'), null);
  });
});

describe('the last admin', () => {
  const someone = (id: number, change: Partial<User> = {}): User => ({
    id,
    name: `u${id}`,
    role: 'admin',
    createdAt: 0,
    isDisabled: false,
    hasPassword: false,
    ...change,
  });
  it('is the one besides whom there are only users and disabled admins', () => {
    const everybody = [someone(1), someone(2, { isDisabled: true }), someone(3, { role: 'user' })];
    assert.equal(isLastAdmin(someone(1), everybody), true);
    assert.equal(isLastAdmin(someone(3), everybody), false);
    assert.equal(isLastAdmin(someone(1), [...everybody, someone(4)]), false);
  });
});
