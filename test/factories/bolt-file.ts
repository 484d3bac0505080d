import { Buffer } from 'node:buffer';

/** Nested buckets of a BoltDB file: a text is a value, an object is a bucket. */
export type BoltBucket = { readonly [key: string]: string | BoltBucket };

const pageSize = 4096;
const pageFlags = { leaf: 0x02, meta: 0x04, freelist: 0x10 } as const;
const headerSize = 16;
const elementSize = 16;

/**
 * A BoltDB file (format version 2) with these buckets, as Trivy reads its database from. One leaf page per bucket, as
 * long as it needs: enough for a few thousand keys, and nothing for a database that is to be written to.
 * Format: https://github.com/etcd-io/bbolt, page.go and bucket.go.
 */
export function renderBoltFile(root: BoltBucket): Buffer {
  const pages: Buffer[] = [];
  let nextPage = 3;
  const write = (bucket: BoltBucket): number => {
    const elements = Object.entries(bucket)
      .map(([key, value]) => ({ key: Buffer.from(key), value }))
      .sort((a, b) => a.key.compare(b.key))
      .map(({ key, value }) =>
        typeof value === 'string'
          ? { key, flags: 0, bytes: Buffer.from(value) }
          : { key, flags: 1, bytes: renderBucketHeader(write(value)) },
      );
    const page = renderLeaf(nextPage, elements);
    pages.push(page);
    const id = nextPage;
    nextPage += page.length / pageSize;
    return id;
  };
  const rootPage = write(root);
  const freelist = renderPage({ id: 2, flags: pageFlags.freelist, count: 0, body: Buffer.alloc(0) });
  const metas = [0, 1].map((id) => renderMeta({ id, rootPage, pages: nextPage, transaction: id }));
  return Buffer.concat([...metas, freelist, ...pages]);
}

function renderBucketHeader(page: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(page), 0);
  return bytes;
}

type Element = { key: Buffer; flags: number; bytes: Buffer };

function renderLeaf(id: number, elements: readonly Element[]): Buffer {
  const heads = Buffer.alloc(elements.length * elementSize);
  let offset = heads.length;
  for (const [index, { key, flags, bytes }] of elements.entries()) {
    const at = index * elementSize;
    heads.writeUInt32LE(flags, at);
    heads.writeUInt32LE(offset - at, at + 4);
    heads.writeUInt32LE(key.length, at + 8);
    heads.writeUInt32LE(bytes.length, at + 12);
    offset += key.length + bytes.length;
  }
  const body = Buffer.concat([heads, ...elements.flatMap(({ key, bytes }) => [key, bytes])]);
  return renderPage({ id, flags: pageFlags.leaf, count: elements.length, body });
}

function renderPage(page: { id: number; flags: number; count: number; body: Buffer }): Buffer {
  const size = Math.ceil((headerSize + page.body.length) / pageSize);
  const bytes = Buffer.alloc(size * pageSize);
  bytes.writeBigUInt64LE(BigInt(page.id), 0);
  bytes.writeUInt16LE(page.flags, 8);
  bytes.writeUInt16LE(page.count, 10);
  bytes.writeUInt32LE(size - 1, 12);
  page.body.copy(bytes, headerSize);
  return bytes;
}

function renderMeta(meta: { id: number; rootPage: number; pages: number; transaction: number }): Buffer {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(0xed0cdaed, 0);
  body.writeUInt32LE(2, 4);
  body.writeUInt32LE(pageSize, 8);
  body.writeBigUInt64LE(BigInt(meta.rootPage), 16);
  body.writeBigUInt64LE(2n, 32);
  body.writeBigUInt64LE(BigInt(meta.pages), 40);
  body.writeBigUInt64LE(BigInt(meta.transaction), 48);
  body.writeBigUInt64LE(fnv1a(body.subarray(0, 56)), 56);
  return renderPage({ id: meta.id, flags: pageFlags.meta, count: 0, body });
}

function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
