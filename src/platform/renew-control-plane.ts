import { z } from 'zod';
import { findControlProcess, stopControlProcess } from './control-process.ts';
import type { Report } from './progress.ts';

export type CodeOfControlPlane = { version: string; build: string };

const told = z.looseObject({ version: z.string(), build: z.string() });
const askTimeoutMs = 2_000;

/**
 * Stops the control plane of this folder when it runs other code than this checkout, so that the caller starts its own: `true`.
 * Parts and apps go on meanwhile. One that gives no answer, since it just starts or is busy, is left alone.
 */
export async function renewControlPlane({
  dataFolder,
  url,
  own,
  report,
  signal,
}: {
  dataFolder: string;
  url: string;
  own: CodeOfControlPlane;
  report: Report;
  signal: AbortSignal;
}): Promise<boolean> {
  if (findControlProcess(dataFolder) === null) return false;
  const running = await askCode(url, signal);
  if (running === null || (running.version === own.version && running.build === own.build)) return false;
  const [was, is] = [running, own].map(({ version, build }) => `${version}, build ${build}`);
  report({
    step: 'control-plane',
    state: 'progress',
    text: `the control plane runs other code (${was}) than this checkout (${is}): it is started anew, parts and apps go on`,
  });
  return stopControlProcess(dataFolder);
}

/** Null without an answer; one of before it could tell has an unknown build. */
async function askCode(url: string, signal: AbortSignal): Promise<CodeOfControlPlane | null> {
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(askTimeoutMs)]);
    const answer = await fetch(`${url}/api/v1/version`, { signal: limit, redirect: 'error' });
    if (answer.status === 401 || answer.status === 404) return { version: 'unknown', build: 'unknown' };
    const parsed = told.safeParse(await answer.json());
    return parsed.success ? parsed.data : null;
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
