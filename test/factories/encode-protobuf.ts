type Field = number | string | Uint8Array;

/** A protobuf message of these fields, by number; an array gives a field several times. */
export function encodeProtobuf(fields: Readonly<Record<number, Field | readonly Field[]>>): Uint8Array {
  const parts = Object.entries(fields).flatMap(([number, value]) =>
    (Array.isArray(value) ? value : [value]).map((each: Field) => encodeField(Number(number), each)),
  );
  return Buffer.concat(parts);
}

function encodeField(number: number, value: Field): Uint8Array {
  if (typeof value === 'number') return Buffer.concat([varint((number << 3) | 0), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}
