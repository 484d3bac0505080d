import { request } from 'node:http';
import { connect } from 'node:net';
import type { Probe } from '../../core/port/probe.ts';

/** Probes over the network of this machine. Never throws: an instance that cannot be reached does not answer. */
export const networkProbe: Probe = (target, signal) =>
  target.path === null ? probeTcp(target, signal) : probeHttp(target.path, target, signal);

type Target = Parameters<Probe>[0];

function probeTcp({ address, port, timeoutMs }: Target, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, signal, timeout: timeoutMs });
    const settle = (isOk: boolean): void => {
      socket.destroy();
      resolve(isOk);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}

function probeHttp(
  path: string,
  { address, port, timeoutMs }: Target,
  signal?: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({
      host: address,
      port,
      path,
      agent: false,
      timeout: timeoutMs,
      ...(signal === undefined ? {} : { signal }),
    });
    const settle = (isOk: boolean): void => {
      resolve(isOk);
      outgoing.destroy();
    };
    outgoing.once('response', (response) => {
      response.resume();
      settle((response.statusCode ?? 500) < 500);
    });
    outgoing.once('timeout', () => settle(false));
    outgoing.once('error', () => settle(false));
    outgoing.end();
  });
}
