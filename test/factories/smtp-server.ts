import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { TestContext } from 'node:test';

export type SmtpServer = {
  port: number;
  mails: { from: string; to: string[]; text: string; user: string | null }[];
  /** What it does with the next mails: takes them, answers an error to DATA or RCPT, says nothing, or hangs up. */
  mood: 'good' | 'busy' | 'refusing' | 'silent' | 'cutting';
};

/** A server that speaks enough of RFC 5321 for a client without TLS, on loopback. */
export async function openSmtpServer(test: TestContext): Promise<SmtpServer> {
  const state: SmtpServer = { port: 0, mails: [], mood: 'good' };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, state);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  state.port = typeof address === 'object' && address !== null ? address.port : 0;
  test.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return state;
}

function serve(socket: Socket, state: SmtpServer): void {
  let rest = '';
  let mail = { from: '', to: [] as string[], text: '', user: null as string | null };
  let isData = false;
  const say = (line: string): void => void socket.write(`${line}\r\n`);
  if (state.mood === 'cutting') return void socket.destroy();
  if (state.mood !== 'silent') say('220 test ESMTP');
  const onLine = (line: string): void => {
    if (isData) {
      if (line !== '.') {
        mail.text += `${line}\n`;
        return;
      }
      isData = false;
      if (state.mood === 'busy') return say('451 try later');
      state.mails.push(mail);
      mail = { from: '', to: [], text: '', user: mail.user };
      return say('250 taken');
    }
    const [verb = ''] = line.toUpperCase().split(/[ :]/);
    if (verb === 'EHLO') return say('250-test\r\n250 AUTH PLAIN');
    if (verb === 'AUTH') {
      const [, user = '', password] = Buffer.from(line.split(' ')[2] ?? '', 'base64')
        .toString('utf8')
        .split('\0');
      if (password !== 'right') return say('535 wrong password for secret-words');
      mail.user = user;
      return say('235 welcome');
    }
    if (verb === 'MAIL') mail.from = line;
    if (verb === 'RCPT') {
      if (state.mood === 'refusing') return say('550 no such mailbox');
      mail.to.push(line);
    }
    if (verb === 'DATA') {
      isData = true;
      return say('354 go on');
    }
    if (verb === 'QUIT') {
      say('221 bye');
      return void socket.end();
    }
    say('250 fine');
  };
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    if (state.mood === 'silent') return;
    rest += text;
    for (let end = rest.indexOf('\r\n'); end >= 0; end = rest.indexOf('\r\n')) {
      const line = rest.slice(0, end);
      rest = rest.slice(end + 2);
      onLine(line);
    }
  });
}
