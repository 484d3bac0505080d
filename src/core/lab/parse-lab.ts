import { parse } from 'yaml';
import { labSchema, type Lab } from './lab.ts';

/** Reads one lab's file. Throws with the place when it is not as labs are. */
export function parseLab(id: string, text: string): Lab {
  const read = labSchema.safeParse(parse(text));
  if (read.success) return { id, ...read.data };
  const [issue] = read.error.issues;
  throw new Error(`labs/${id}.yaml: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is no lab'}`);
}
