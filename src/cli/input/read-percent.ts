import { InvalidArgumentError } from 'commander';

/** A whole number of percent from `least` to 100, with or without the sign. */
export function readPercent(least: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,3}%?$/.test(text) ? Number.parseInt(text, 10) : NaN;
    if (!(value >= least && value <= 100))
      throw new InvalidArgumentError(`It is a whole number from ${least} to 100.`);
    return value;
  };
}
