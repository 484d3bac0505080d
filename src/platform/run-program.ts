import { spawn } from 'node:child_process';

/** Runs a program by its argument list, no shell. Never rejects: a program that cannot be started has exit code 127. */
export function runProgram(
  command: string,
  args: readonly string[],
  request: {
    environment: Readonly<Record<string, string | undefined>>;
    timeoutMs: number;
    onLine?: (line: string) => void;
    signal?: AbortSignal;
  },
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, [...args], {
      env: request.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: request.timeoutMs,
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    let output = '';
    const take = (chunk: Buffer): void => {
      const text = chunk.toString('utf8');
      output = `${output}${text}`.slice(-16_384);
      for (const line of text.split('\n')) if (line.trim() !== '') request.onLine?.(line.trim());
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.once('error', (error) => resolve({ exitCode: 127, output: error.message }));
    child.once('close', (code) => resolve({ exitCode: code ?? 1, output }));
  });
}
