import { readFileSync } from 'node:fs';
import { CliError, usageError } from '../cli-error.ts';
import { parseSomeDuration } from './duration.ts';

export type CurvePhaseInput = { durationMs: number; from: number; to: number; periodMs?: number | null };
export type CurvePointInput = { atMs: number; value: number | null };

const number = String.raw`(\d{1,9}(?:\.\d{1,6})?)`;
const phasePattern = new RegExp(String.raw`^${number}(?:(\.\.|~)${number})?(?:@([0-9a-z.]+))?/([0-9a-z.]+)$`);

/**
 * `200/1m` steady, `0..500/5m` a ramp, `50~200@1m/10m` a wave with its period; several with commas between. @throws usage
 * error that names the option.
 */
export function parseCurve(text: string, option: string): CurvePhaseInput[] {
  return text.split(',').map((part) => {
    const match = phasePattern.exec(part.trim());
    const [, from = '', kind, to, period, duration = ''] = match ?? [];
    const isWave = kind === '~';
    if (match === null || isWave !== (period !== undefined))
      throw usageError(
        `${option} is not a load (saw ${JSON.stringify(part.slice(0, 60))})`,
        'Write it as 200/1m (steady), 0..500/5m (ramp), 50~200@1m/10m (wave), with commas between phases.',
      );
    return {
      durationMs: parseSomeDuration(duration, option),
      from: Number(from),
      to: Number(to ?? from),
      ...(period === undefined ? {} : { periodMs: parseSomeDuration(period, option) }),
    };
  });
}

/** Lines `seconds,value`; no value means that nothing was measured; a heading and lines with # are left out. */
export function readCurveFile(path: string): CurvePointInput[] {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CliError(
      { code: 'input.malformed', detail: `${path} cannot be read.`, fix: 'Check its name.', exitCode: 2 },
      { cause },
    );
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.flatMap((line, index) => {
    const [seconds = '', value = ''] = line.split(/[,;\t]/).map((word) => word.trim());
    const isNumber = (word: string): boolean => word !== '' && Number.isFinite(Number(word));
    if (isNumber(seconds) && (value === '' || isNumber(value)))
      return [{ atMs: Number(seconds) * 1000, value: value === '' ? null : Number(value) }];
    if (index === 0) return [];
    throw usageError(
      `${path}: ${JSON.stringify(line.slice(0, 60))} is not seconds,value`,
      'Write it as 10,250.',
    );
  });
}
