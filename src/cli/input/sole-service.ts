import type { Api } from '../calls/api.ts';
import { usageError } from '../cli-error.ts';

/** The app's service where it has only one, or the one that scales. @throws usage error. */
export async function soleService(api: Pick<Api, 'app'>, ref: string): Promise<string> {
  const { services, uniqueName } = await api.app(ref);
  const scaled = services.filter(({ targets }) => Object.keys(targets).length > 0);
  const [only] = services.length === 1 ? services : scaled.length === 1 ? scaled : [];
  if (only !== undefined) return only.name;
  const names = services.map(({ name }) => `${uniqueName}/${name}`).join(', ');
  throw usageError(`${uniqueName} has ${services.length} services.`, `Name one: ${names || 'none yet'}.`);
}
