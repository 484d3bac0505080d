import type { ComposeProject, ComposeService } from '../compose/compose-project.ts';
import { freeName, isSecretName, isSecretValue, variableName } from './secret-name.ts';

/** A value that must not be written, and the variable that stands for it. */
export type FoundSecret = { value: string; variable: string; about: string };

/** `scheme://user:password@host`: the password. */
const inAddress = /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:([^\s@/]+)@/gi;
/** `--db-password=x`, `DB_PASSWORD=x`: the name and the value. */
const assigned = /(?:^|\s)-{0,2}([A-Za-z][\w.-]*)=([^\s'"]+)/g;

/**
 * Secrets that stand in the clear in a project: variables and options whose names say so, passwords inside addresses, and
 * secrets whose text is known. In the order of their variables' names; each value once for each variable.
 */
export function findSecrets(project: ComposeProject, taken: Set<string>): FoundSecret[] {
  const found: FoundSecret[] = [];
  const add = (value: string, name: string, about: string): void => {
    if (!isSecretValue(value) || found.some((each) => each.value === value)) return;
    found.push({ value, variable: freeName(name, taken), about });
  };
  for (const [name, { content, environment }] of Object.entries(project.secrets ?? {}))
    if (content !== undefined)
      add(content, environment ?? variableName('SECRET', name.toUpperCase()), `the secret ${name}`);
  const services = Object.entries(project.services).sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [service, spec] of services)
    for (const [key, value] of Object.entries(spec.environment ?? {}))
      if (value !== null && isSecretName(key)) add(value, variableName(key), `${key} of ${service}`);
  for (const [service, spec] of services)
    for (const { name, value } of loose(spec))
      add(value, variableName(service.toUpperCase(), name.toUpperCase()), `${name} of ${service}`);
  return found.sort((left, right) => (left.variable < right.variable ? -1 : 1));
}

/** Secrets inside longer texts. */
function loose(spec: ComposeService): { name: string; value: string }[] {
  const texts = textsOf(spec);
  const passwords = texts.flatMap((text) =>
    Array.from(text.matchAll(inAddress), (match) => ({ name: 'password', value: match[1] ?? '' })),
  );
  const options = texts.flatMap((text) =>
    Array.from(text.matchAll(assigned), (match) => ({ name: match[1] ?? '', value: match[2] ?? '' })),
  );
  const words = [spec.command, spec.entrypoint].flatMap((list) => list ?? []);
  const following = words.map((word, index) => ({
    name: word.startsWith('-') && !word.includes('=') ? word.replace(/^-+/, '') : '',
    value: words[index + 1] ?? '',
  }));
  return [
    ...passwords,
    ...[...options, ...following].filter(({ name }) => isSecretName(name.replaceAll('-', '_'))),
  ].filter(({ value }) => !value.startsWith('$') && !value.startsWith('-'));
}

function textsOf({ command, entrypoint, environment, healthcheck, labels }: ComposeService): string[] {
  const values = [...Object.values(environment ?? {}), ...Object.values(labels ?? {})];
  return [
    ...(command ?? []),
    ...(entrypoint ?? []),
    ...(healthcheck?.test ?? []),
    ...values.flatMap((value) => (typeof value === 'string' ? [value] : [])),
  ];
}
