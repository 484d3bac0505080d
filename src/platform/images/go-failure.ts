import { CraneError } from '../../core/error/crane-error.ts';

const unreachable = /dial tcp|no such host|connection refused|i\/o timeout|TLS handshake|proxyconnect/;
const shownLines = 6;

/** The error of a `go` command that failed, with the end of what it said. */
export function goFailure(image: string, step: string, errorLines: readonly string[]): CraneError {
  const lines = errorLines.filter((line) => line.trim() !== '' && !line.startsWith('go: downloading '));
  const text = lines.slice(-shownLines).join('\n');
  return new CraneError('platform.failed', {
    message: `Building ${image} from source failed at "${step}": ${text === '' ? 'go said nothing' : text}`,
    fix: unreachable.test(text)
      ? 'Check that this machine reaches a Go module proxy (`go env GOPROXY`), then run the same command again: what is done is kept.'
      : 'Run the same command again: what is done is kept. If it fails alike, the lines above say where.',
  });
}
