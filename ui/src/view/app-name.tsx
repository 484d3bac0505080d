import { useQuery } from '@tanstack/react-query';
import { appsQuery } from '../client/queries.ts';
import { t } from '../words/t.ts';
import { TextLink } from './links.tsx';

/** The app that the engine knows by this name, which a renaming does not change; null is every app. */
export function AppName({ engineName }: { engineName: string | null }) {
  const apps = useQuery(appsQuery);
  if (engineName === null) return t('every app');
  const app = apps.data?.find((known) => known.engineName === engineName)?.uniqueName;
  if (app === undefined) return engineName;
  return (
    <TextLink to="/apps/$app" params={{ app }} size="sm" style={{ whiteSpace: 'nowrap' }}>
      {app}
    </TextLink>
  );
}
