import { shellWord } from '../words/shell.ts';
import type { components } from '../../../src/cli/client/api.gen.ts';

/** What a person wants otherwise of one service; an empty text leaves a thing as it is. */
export type ChangeDraft = {
  service: string;
  image: string;
  memory: string;
  cpus: string;
  /** `NAME=value` sets, `NAME` alone takes away. */
  environment: readonly string[];
};

export type Patch = components['schemas']['AppPatchInput'];

/** The draft as a JSON merge patch in the words of Compose; null when nothing is to be changed. */
export function patchOf({ service, image, memory, cpus, environment }: ChangeDraft): Patch | null {
  const limits = {
    ...(memory.trim() === '' ? {} : { memory: memory.trim() }),
    ...(cpus.trim() === '' ? {} : { cpus: cpus.trim() }),
  };
  const changes = {
    ...(image.trim() === '' ? {} : { image: image.trim() }),
    ...(environment.length === 0 ? {} : { environment: environmentOf(environment) }),
    ...(Object.keys(limits).length === 0 ? {} : { deploy: { resources: { limits } } }),
  };
  return Object.keys(changes).length === 0 ? null : { services: { [service]: changes } };
}

function environmentOf(lines: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    lines.map((line): [string, string | null] => {
      const cut = line.indexOf('=');
      return cut < 0 ? [line, null] : [line.slice(0, cut), line.slice(cut + 1)];
    }),
  );
}

/** The command line that changes the same. */
export function setCommandOf(
  app: string,
  { service, image, memory, cpus, environment }: ChangeDraft,
): string {
  const set = (name: string, value: string) =>
    value.trim() === '' ? '' : ` ${shellWord(`${service}.${name}=${value.trim()}`)}`;
  const sets = environment.map((line) =>
    line.includes('=')
      ? ` ${shellWord(`${service}.env.${line}`)}`
      : ` --unset ${shellWord(`${service}.env.${line}`)}`,
  );
  const all = [set('image', image), set('memory', memory), set('cpus', cpus), ...sets].join('');
  return `crane set ${app}${all === '' ? ` ${service}.image=IMAGE` : all}`;
}
