import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Stands between a client and the engine, so that a test can cut the line without touching the engine. */
export type EngineProxy = {
  /** For DOCKER_HOST. */
  host: string;
  /** Ends every connection and takes no new one. */
  cut(): void;
  restore(): void;
  close(): Promise<void>;
};

export async function startEngineProxy(engine: string): Promise<EngineProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-'));
  const path = join(folder, 'proxy.sock');
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    if (isCut) return void near.destroy();
    const far = connect(optionsOf(engine));
    for (const [socket, opposite] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.on('error', () => opposite.destroy());
      socket.once('close', () => open.delete(socket) && opposite.destroy());
      socket.pipe(opposite);
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(path, resolve);
  });
  const endAll = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    host: `unix://${path}`,
    cut() {
      isCut = true;
      endAll();
    },
    restore: () => void (isCut = false),
    async close() {
      endAll();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true });
    },
  };
}

function optionsOf(engine: string): NetConnectOpts {
  if (engine.startsWith('unix://')) return { path: engine.slice('unix://'.length) };
  const { hostname, port } = new URL(engine);
  return { host: hostname, port: Number(port) };
}
