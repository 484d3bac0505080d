import { yaml } from '@codemirror/lang-yaml';
import { api, type Schemas } from '../client/api.ts';
import { CodeEditor, type Remark } from '../view/code-editor.tsx';
import { t } from '../words/t.ts';

const language = yaml();

/** A compose file, checked by the control plane while it is written. */
export function ComposeEditor({
  initial,
  onChange,
  onSubmit,
}: {
  initial: string;
  onChange: (text: string) => void;
  onSubmit: () => void;
}) {
  return (
    <CodeEditor
      label={t('Compose file')}
      initial={initial}
      language={language}
      onChange={onChange}
      onSubmit={onSubmit}
      remark={remarksOn}
    />
  );
}

async function remarksOn(text: string): Promise<Remark[]> {
  if (text.trim() === '') return [];
  const { data, error } = await api
    .POST('/api/v1/apps:check', { body: { files: [{ path: 'compose.yaml', text }] } })
    // Without the control plane nothing is known of the text; the page says so where it asks for the plan.
    .catch(() => ({ data: undefined, error: undefined }));
  return [
    ...(error?.errors ?? []).flatMap((item) => remarkOf(item, 'error')),
    ...(data?.warnings ?? []).flatMap((item) => remarkOf(item, 'warning')),
  ];
}

type Item = Pick<NonNullable<Schemas['Problem']['errors']>[number], 'message' | 'place' | 'fix'>;

function remarkOf({ message, place, fix }: Item, severity: Remark['severity']): Remark[] {
  const match = /:(\d+):(\d+)$/.exec(place ?? '');
  if (match === null) return [];
  return [
    {
      line: Number(match[1]),
      column: Number(match[2]),
      message: fix === undefined ? message : `${message}. ${fix}`,
      severity,
    },
  ];
}
