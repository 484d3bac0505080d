import type { RouteOptions } from 'fastify';
import type { ApiInstance } from './api-instance.ts';

/** Gives each route that has none an operation id, made of its method and address: `GET /apps/:app/rules` → `getAppRules`. Call before any route is declared. */
export function nameOperations(app: ApiInstance): void {
  app.addHook('onRoute', (route: RouteOptions) => {
    const method = [route.method].flat()[0] ?? 'GET';
    if (route.schema === undefined || route.method === 'HEAD') return;
    route.schema.operationId ??= nameOperation(method, route.url);
  });
}

/** `POST /api/v1/apps/:app/rules::preview` → `previewAppRules`. What a parameter follows is one of many: `apps/:app` → `App`. */
export function nameOperation(method: string, url: string): string {
  const [path = '', verb = method.toLowerCase()] = url.replace(/^\/api\/v1/, '').split('::');
  const segments = path.split('/').filter((segment) => segment !== '');
  const nouns = segments.flatMap((segment, index) => {
    if (segment.startsWith(':')) return [];
    return [capitalized(segments[index + 1]?.startsWith(':') === true ? singular(segment) : segment)];
  });
  return `${verb}${nouns.join('')}`;
}

function singular(word: string): string {
  return word.replace(/ies$/, 'y').replace(/s$/, '');
}

function capitalized(segment: string): string {
  return segment
    .split(/[-_.]/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
