/** One field of a protobuf message: a number, or the bytes of a text or of a message within. */
export type ProtobufField = { number: number; value: bigint | Uint8Array };

/**
 * The fields of a message in the protobuf wire format (protobuf.dev/programming-guides/encoding), in their order. Fixed-width
 * fields are given as their bytes. Throws a `RangeError` for what ends too early or is no message.
 */
export function* readFields(bytes: Uint8Array): Generator<ProtobufField, void, undefined> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) break;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number of a protobuf message has no end');
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw new RangeError('a field of a protobuf message is cut short');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const [number, type] = [key >>> 3, key & 7];
    if (type === 0) yield { number, value: varint() };
    else if (type === 1) yield { number, value: take(8) };
    else if (type === 2) yield { number, value: take(Number(varint())) };
    else if (type === 5) yield { number, value: take(4) };
    else throw new RangeError(`a protobuf message has a field of the unknown type ${type}`);
  }
}
