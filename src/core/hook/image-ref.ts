export type ImageParts = {
  /** As written, without tag and digest. */
  name: string;
  /** The same without `docker.io/` and `library/`, which the engine adds by itself: two names of one repository are equal. */
  repository: string;
  tag: string | null;
  digest: string | null;
};

/** `host:5000/shop:2@sha256:…` in its parts. */
export function splitImageRef(ref: string): ImageParts {
  const [tagged = '', digest = null] = ref.split('@', 2);
  const [, name = tagged, tag = null] = /^(.+):([^/:]+)$/.exec(tagged) ?? [];
  return { name, repository: name.replace(/^(index\.)?docker\.io\/(library\/)?/, ''), tag, digest };
}
