import type { ComposeProject } from '../compose/compose-project.ts';
import type { BundleFile } from './bundle.ts';

/** A profile that is written out in place of its file, as releases keep it. */
const written = /^seccomp[=:](\{.*)$/s;

/**
 * The project with its seccomp profiles as files beside it, which is how Compose takes them; the same profile is one file, named for the first
 * service that has it.
 */
export function portableProfiles(project: ComposeProject): { project: ComposeProject; files: BundleFile[] } {
  const paths = new Map<string, string>();
  const place = (text: string, service: string): string => {
    const path = paths.get(text) ?? `seccomp-${service}${paths.size === 0 ? '' : `-${paths.size + 1}`}.json`;
    paths.set(text, path);
    return `seccomp=./${path}`;
  };
  const services = Object.entries(project.services).map(([key, spec]) => {
    const options = spec.security_opt?.map((option) => {
      const text = written.exec(option)?.[1];
      return text === undefined ? option : place(text, key);
    });
    return [key, options === undefined ? spec : { ...spec, security_opt: options }] as const;
  });
  return {
    project: { ...project, services: Object.fromEntries(services) },
    files: [...paths].map(([text, path]) => ({ path, text: `${indented(text)}\n` })),
  };
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
