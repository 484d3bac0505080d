import { connect as connectH2 } from 'node:http2';
import { connect, type PeerCertificate } from 'node:tls';

type Place = { host: string; port: number };

/** The certificate that the router shows for a host to who trusts this authority. Rejects with the reason when it does not hold. */
export async function seeCertificate({ host, port }: Place, authority: string): Promise<PeerCertificate> {
  const { promise, resolve, reject } = Promise.withResolvers<PeerCertificate>();
  const socket = connect({ host: '127.0.0.1', port, servername: host, ca: authority, timeout: 5_000 });
  socket.once('secureConnect', () => resolve(socket.getPeerCertificate()));
  socket.once('timeout', () => reject(new Error('no TLS within 5 s')));
  socket.once('error', reject);
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** Status of one GET over HTTP/2. Rejects when the other side does not speak it. */
export async function askOverHttp2(place: Place, authority: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const session = connectH2(`https://127.0.0.1:${place.port}`, { ca: authority, servername: place.host });
  session.setTimeout(5_000, () => reject(new Error('no answer within 5 s')));
  session.once('error', reject);
  const stream = session.request({ ':path': '/', ':authority': `${place.host}:${place.port}` });
  stream.once('response', (headers) => resolve(headers[':status'] ?? 0));
  stream.once('error', reject);
  stream.end();
  try {
    return await promise;
  } finally {
    session.destroy();
  }
}
