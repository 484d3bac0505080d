import { bytes, flag, listOf, mapOfAll, struct, text, textOrEmpty, texts, type Decoder } from './decode.ts';
import {
  command,
  environment,
  fileMode,
  hosts,
  pairs,
  sshKeys,
  ulimit,
  type Ulimit,
} from './decode-values.ts';

/** A secret or config as a file in the container. */
export const fileMount = struct({
  source: text,
  target: text,
  uid: text,
  gid: text,
  mode: fileMode,
});

export const ulimits: Decoder<Record<string, Ulimit>> = mapOfAll(ulimit);

/** A command run at a moment in the life of a container. */
export const hook = struct({
  command,
  image: text,
  user: text,
  privileged: flag,
  working_dir: text,
  environment,
  per_replica: flag,
});

export const build = struct({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: texts,
  args: environment,
  provenance: text,
  sbom: text,
  ssh: sshKeys,
  labels: pairs,
  cache_from: texts,
  cache_to: texts,
  no_cache: flag,
  no_cache_filter: texts,
  additional_contexts: pairs,
  pull: flag,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: listOf(fileMount),
  shm_size: bytes,
  tags: texts,
  ulimits,
  platforms: texts,
  privileged: flag,
});

export const develop = struct({
  watch: listOf(
    struct(
      { target: text, exec: hook, include: texts, ignore: texts, initial_sync: flag },
      { path: textOrEmpty, action: textOrEmpty },
    ),
  ),
});
