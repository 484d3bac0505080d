import { z } from 'zod';
import type { AppRoutes } from '../../core/route/route.ts';

const prefix = '# crane: ';

const backends = z.array(z.object({ instance: z.string(), url: z.string() }));

const published = z.object({
  app: z.string(),
  routes: z.array(
    z.object({
      app: z.string(),
      service: z.string(),
      hosts: z.array(z.string()),
      path: z.string(),
      port: z.number(),
      // Absent in what an earlier Crane published.
      isStripped: z.boolean().default(false),
      isSticky: z.boolean(),
      tls: z.enum(['off', 'also', 'only']).default('off'),
      rateLimit: z.object({ average: z.number(), burst: z.number() }).nullable(),
      backends,
      canary: z.object({ weight: z.number(), backends }).nullable().default(null),
      waker: z.string().nullable().exactOptional(),
    }),
  ),
});

/**
 * The routes as data, in the file's first line: what is published is read back from the very file the router reads.
 * Only ASCII and no `{{`: neither a YAML line break nor a template action can begin in it.
 */
export function renderPublishedHeader(routes: AppRoutes): string {
  const json = JSON.stringify(published.parse(routes))
    .replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll('{{', '{\\u007b');
  return `${prefix}${json}`;
}

/** The routes of a published file; null when it is not one of Crane's, or damaged. */
export function parsePublishedHeader(text: string): AppRoutes | null {
  const line = text.split('\n', 1)[0] ?? '';
  if (!line.startsWith(prefix)) return null;
  try {
    return published.parse(JSON.parse(line.slice(prefix.length)));
  } catch {
    return null;
  }
}

const markerPattern = /X-Crane-Published: "([0-9a-f]{16})"/;

/** The mark of a published file, as `renderTraefikDynamic` wrote it. */
export function parsePublishedMark(text: string): string | null {
  return markerPattern.exec(text)?.[1] ?? null;
}
