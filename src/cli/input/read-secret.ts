import { readFile } from 'node:fs/promises';
import { askPassword } from './ask-password.ts';
import { usageError } from '../cli-error.ts';
import type { CliContext } from '../context.ts';

/** Larger ones are refused by the API; more is not read. */
const mostBytes = 512_000;

/**
 * What is to be kept secret: of a file, of stdin to its end (`-`), or typed in without being shown. It is no argument, since those
 * stand in the list of processes and in the shell's history.
 */
export async function readSecret(
  context: Pick<CliContext, 'terminal' | 'signal'>,
  name: string,
  from: string | undefined,
): Promise<string> {
  if (from === undefined && process.stdin.isTTY) return askPassword(context, `Secret ${name}`, false);
  const bytes = from === undefined || from === '-' ? await readAll(process.stdin) : await readPlace(from);
  if (bytes.byteLength > mostBytes) throw usageError(`The secret ${name} has more than ${mostBytes} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`The secret ${name} is no text (UTF-8).`, 'Encode it, for example with base64.');
  }
}

async function readPlace(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch {
    throw usageError(`The file ${file} cannot be read.`, 'Check its path and its permissions.');
  }
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    parts.push(Buffer.from(part));
    size += part.length;
    if (size > mostBytes) break;
  }
  return Buffer.concat(parts);
}

/** `NAME=FILE` of the command line, each read. */
export async function readSecrets(
  context: Pick<CliContext, 'terminal' | 'signal'>,
  given: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const text of given) {
    const at = text.indexOf('=');
    if (at < 1) throw usageError('--secret is NAME=FILE, or NAME=- for stdin.');
    found[text.slice(0, at)] = await readSecret(context, text.slice(0, at), text.slice(at + 1));
  }
  return found;
}
