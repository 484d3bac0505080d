/** A protobuf message of texts, by field number; empty ones are left out, as the wire format has it. */
export function writeTexts(fields: Readonly<Record<number, string>>): Uint8Array {
  return Buffer.concat(
    Object.entries(fields).flatMap(([number, text]) => {
      const bytes = Buffer.from(text);
      // Wire type 2: a length, then that many bytes.
      return bytes.length === 0 ? [] : [varint(Number(number) * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}
