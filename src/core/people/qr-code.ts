/**
 * QR codes (ISO/IEC 18004) of a short text: byte mode, error correction level L, versions 1 to 5, which have their bytes in one block
 * (up to 106). Enough for the address of an authenticator.
 */

/** By version from 1 on: bytes of data, and of error correction. */
const capacities = [
  { data: 19, correction: 7 },
  { data: 34, correction: 10 },
  { data: 55, correction: 15 },
  { data: 80, correction: 20 },
  { data: 108, correction: 26 },
] as const;

/** Rows of modules, true = dark, without the quiet zone; null for a text that is too long. */
export function renderQrCode(text: string): boolean[][] | null {
  const bytes = new TextEncoder().encode(text);
  // Four bits say the mode, eight the length.
  const index = capacities.findIndex(({ data }) => bytes.length + 2 <= data);
  const capacity = capacities[index];
  if (capacity === undefined) return null;
  const data = padded(bytes, capacity.data);
  const codewords = [...data, ...correctionOf(data, capacity.correction)];
  const candidates = masks.map((mask, number) => drawn({ version: index + 1, codewords, mask, number }));
  return candidates.reduce((best, next) => (penaltyOf(next) < penaltyOf(best) ? next : best));
}

function padded(bytes: Uint8Array, capacity: number): number[] {
  const bits = [
    0b0100,
    bytes.length >> 4,
    bytes.length & 15,
    ...[...bytes].flatMap((byte) => [byte >> 4, byte & 15]),
    0,
  ];
  const data = Array.from(
    { length: bits.length / 2 },
    (_, at) => ((bits[2 * at] ?? 0) << 4) | (bits[2 * at + 1] ?? 0),
  );
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad);
  return data;
}

/** Remainder of the data by the generator polynomial, in the field of 256 elements with x⁸+x⁴+x³+x²+1. */
function correctionOf(data: readonly number[], length: number): number[] {
  let generator = [1];
  for (let power = 0, root = 1; power < length; power += 1, root = times(root, 2))
    generator = [...generator, 0].map((each, at) => each ^ times(generator[at - 1] ?? 0, root));
  const rest = [...data, ...Array.from({ length }, () => 0)];
  for (let at = 0; at < data.length; at += 1) {
    const factor = rest[at] ?? 0;
    for (const [offset, each] of generator.entries())
      rest[at + offset] = (rest[at + offset] ?? 0) ^ times(each, factor);
  }
  return rest.slice(data.length);
}

function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 7; bit >= 0; bit -= 1) {
    product = (product << 1) ^ (product >> 7 === 0 ? 0 : 0x11d);
    if (((b >> bit) & 1) === 1) product ^= a;
  }
  return product;
}

type Mask = (row: number, column: number) => boolean;
const masks: readonly Mask[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_row, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
];

type Drawing = { version: number; codewords: readonly number[]; mask: Mask; number: number };

function drawn({ version, codewords, mask, number }: Drawing): boolean[][] {
  const size = 17 + 4 * version;
  const modules = Array.from({ length: size }, () =>
    Array.from({ length: size }, (): boolean | null => null),
  );
  const set = (row: number, column: number, isDark: boolean): void => {
    const line = modules[row];
    if (line !== undefined && column >= 0 && column < size) line[column] = isDark;
  };
  drawPatterns(size, version, set);
  drawFormat(size, number, set);
  let at = 0;
  for (const [row, column] of dataPlaces(size)) {
    if (modules[row]?.[column] !== null) continue;
    const bit = ((codewords[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    at += 1;
    set(row, column, (bit === 1) !== mask(row, column));
  }
  return modules.map((line) => line.map((module) => module === true));
}

type Set = (row: number, column: number, isDark: boolean) => void;

/** Three corners to find it by, lines to count modules by, and from version 2 on one square to align by. */
function drawPatterns(size: number, version: number, set: Set): void {
  for (let at = 8; at < size - 8; at += 1)
    for (const [row, column] of [
      [6, at],
      [at, 6],
    ] as const)
      set(row, column, at % 2 === 0);
  const square = (row: number, column: number, reach: number, isDark: (ring: number) => boolean): void => {
    for (let down = -reach; down <= reach; down += 1)
      for (let right = -reach; right <= reach; right += 1)
        set(row + down, column + right, isDark(Math.max(Math.abs(down), Math.abs(right))));
  };
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    square(row, column, 4, (ring) => ring !== 2 && ring !== 4);
  if (version > 1) square(size - 7, size - 7, 2, (ring) => ring !== 1);
}

/** Level L and the mask, twice, with a BCH code (15, 5). */
function drawFormat(size: number, mask: number, set: Set): void {
  const data = (0b01 << 3) | mask;
  let rest = data << 10;
  for (let bit = 14; bit >= 10; bit -= 1) if (((rest >> bit) & 1) === 1) rest ^= 0x537 << (bit - 10);
  const bits = ((data << 10) | rest) ^ 0x5412;
  for (let at = 0; at < 15; at += 1) {
    const isDark = ((bits >> at) & 1) === 1;
    set(at < 6 ? at : at < 8 ? at + 1 : size - 15 + at, 8, isDark);
    set(8, at < 8 ? size - 1 - at : at < 9 ? 7 : 14 - at, isDark);
  }
  set(size - 8, 8, true);
}

/** Up and down in pairs of columns from the right, past the line that counts. */
function* dataPlaces(size: number): Generator<[row: number, column: number]> {
  let isUp = true;
  for (let right = size - 1; right > 0; right -= 2) {
    if (right === 6) right -= 1;
    for (let step = 0; step < size; step += 1) {
      const row = isUp ? size - 1 - step : step;
      yield [row, right];
      yield [row, right - 1];
    }
    isUp = !isUp;
  }
}

/** How hard it is to read: long runs of one colour, and squares of one. */
function penaltyOf(modules: readonly (readonly boolean[])[]): number {
  const columns = modules.map((_, at) => modules.map((line) => line[at] === true));
  let penalty = 0;
  for (const line of [...modules, ...columns])
    for (const run of line
      .map((dark) => (dark ? '1' : '0'))
      .join('')
      .match(/0{5,}|1{5,}/g) ?? [])
      penalty += run.length - 2;
  for (const [row, line] of modules.entries())
    for (const [column, dark] of line.entries()) {
      const next = modules[row + 1];
      if (next === undefined || column + 1 >= line.length) continue;
      if (dark === line[column + 1] && dark === next[column] && dark === next[column + 1]) penalty += 3;
    }
  return penalty;
}
