import { randomUUID } from 'node:crypto';
import { readFields } from './read-fields.ts';
import type { RegistryCredentials } from './registry-credentials.ts';
import { serveGrpc, type GrpcMethods } from './serve-grpc.ts';
import type { Transport } from './transport.ts';
import { writeTexts } from './write-fields.ts';

/** A connection over which BuildKit asks for what a build needs and its request does not hold. */
export type BuildSession = { id: string; close(): void };

/** SERVING, field 1 of grpc.health.v1.HealthCheckResponse. */
const serving = Uint8Array.from([0x08, 0x01]);

/**
 * Opens a session of BuildKit: the engine calls us over it for the logins of the registries that base images come from
 * (`moby.filesync.v1.Auth`), one registry at a time, and only for those that it needs.
 */
export async function openBuildSession(
  transport: Pick<Transport, 'hijack'>,
  credentials: Pick<RegistryCredentials, 'find'>,
  signal: AbortSignal | undefined,
): Promise<BuildSession> {
  const id = randomUUID();
  const methods: GrpcMethods = {
    '/grpc.health.v1.Health/Check': async () => serving,
    '/moby.filesync.v1.Auth/Credentials': async (message) => findLogin(credentials, hostIn(message), signal),
  };
  const { socket } = await transport.hijack({
    what: 'Open a session for a build',
    method: 'POST',
    path: '/session',
    headers: {
      'X-Docker-Expose-Session-Uuid': id,
      'X-Docker-Expose-Session-Name': 'crane',
      'X-Docker-Expose-Session-Grpc-Method': Object.keys(methods),
    },
    upgrade: 'h2c',
    signal,
  });
  socket.on('error', () => socket.destroy());
  serveGrpc(socket, methods);
  return { id, close: () => socket.destroy() };
}

/** Field 1 of CredentialsRequest. */
function hostIn(message: Uint8Array): string {
  for (const { number, value } of readFields(message))
    if (number === 1 && typeof value !== 'bigint') return new TextDecoder().decode(value);
  return '';
}

/** CredentialsResponse: 1 the user, 2 the secret; both empty for who is not logged in there. */
async function findLogin(
  credentials: Pick<RegistryCredentials, 'find'>,
  host: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const login = await credentials.find(host === 'registry-1.docker.io' ? 'docker.io' : host, signal);
  if (login === null) return writeTexts({});
  return 'identitytoken' in login
    ? writeTexts({ 2: login.identitytoken })
    : writeTexts({ 1: login.username, 2: login.password });
}
