import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Mail } from '../../core/port/send-message.ts';
import { openSmtpServer } from '../../../test/factories/smtp-server.ts';
import { createMailSender } from './create-mail-sender.ts';

const some: Omit<Mail, 'port'> = {
  host: '127.0.0.1',
  tls: 'none',
  user: null,
  password: null,
  from: 'crane@example.com',
  to: ['ann@example.com', 'bob@example.com'],
  subject: '[critical] shop-1: Ä\r\nBcc: all@example.com',
  text: 'first\n.\nthird\n',
  messageId: '<m-1@crane>',
  isAllowed: () => true,
  timeoutMs: 2_000,
};
const send = createMailSender();

describe('mail', () => {
  it('is handed to the server whole, with a message id and no header of its own making', async (test) => {
    const server = await openSmtpServer(test);
    const result = await send({ ...some, port: server.port });
    assert.equal(result.error, null);
    const [mail] = server.mails;
    assert.equal(mail?.to.length, 2);
    assert.match(mail?.text ?? '', /^Message-ID: <m-1@crane>$/m);
    assert.doesNotMatch(mail?.text ?? '', /^Bcc:/im);
    assert.match(mail?.text ?? '', /first\n\.\.\nthird/);
  });

  it('logs in, and says that it could not without the words of the server', async (test) => {
    const server = await openSmtpServer(test);
    const good = await send({ ...some, port: server.port, user: 'crane', password: 'right' });
    assert.equal(good.error, null);
    assert.equal(server.mails[0]?.user, 'crane');
    const bad = await send({ ...some, port: server.port, user: 'crane', password: 'wrong' });
    assert.deepEqual([bad.error, bad.isFinal], ['the server did not take user and password (535)', true]);
  });

  for (const [mood, error, isFinal] of [
    ['busy', 'the server answered 451', false],
    ['refusing', 'the server answered 550', true],
    ['cutting', 'the connection was cut', false],
    ['silent', 'no answer within 0.5 s', false],
  ] as const)
    it(`is told what became of it when the server is ${mood}`, async (test) => {
      const server = await openSmtpServer(test);
      server.mood = mood;
      const result = await send({ ...some, port: server.port, timeoutMs: 500 });
      assert.deepEqual([result.error, result.isFinal], [error, isFinal]);
      assert.deepEqual(server.mails, []);
    });

  it('goes nowhere without TLS where TLS is required, and says so', async (test) => {
    const server = await openSmtpServer(test);
    const plain = await send({ ...some, port: server.port, tls: 'starttls' });
    assert.notEqual(plain.error, null);
    assert.deepEqual(server.mails, []);
    const wrong = await send({ ...some, port: server.port, tls: 'tls', timeoutMs: 500 });
    assert.notEqual(wrong.error, null);
  });

  it('connects to the address that was judged, and to none when one of them is not allowed', async (test) => {
    const server = await openSmtpServer(test);
    const asked: string[] = [];
    const resolving = createMailSender({
      resolve: async (host) => {
        asked.push(host);
        return [{ address: '127.0.0.1', family: 4 }];
      },
    });
    const mail = { ...some, host: 'mail.example.com', port: server.port };
    assert.equal((await resolving(mail)).error, null);
    assert.deepEqual(asked, ['mail.example.com']);
    const refused = await resolving({ ...mail, isAllowed: (kind) => kind === 'public' });
    assert.equal(refused.error, 'not allowed: the name leads to a loopback address');
    assert.equal(server.mails.length, 1);
  });

  it('finds nobody listening', async (test) => {
    const server = await openSmtpServer(test);
    const result = await send({ ...some, port: server.port === 1 ? 2 : 1 });
    assert.equal(result.error, 'nobody listens there');
  });
});
