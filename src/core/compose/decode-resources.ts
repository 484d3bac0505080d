import { flag, givenFlag, listOf, mapOfAll, struct, text, texts, whole } from './decode.ts';
import { pairs } from './decode-values.ts';

const pool = struct({ subnet: text, gateway: text, ip_range: text, aux_addresses: pairs });

const network = struct({
  name: text,
  driver: text,
  driver_opts: pairs,
  external: flag,
  internal: flag,
  attachable: flag,
  labels: pairs,
  enable_ipv4: givenFlag,
  enable_ipv6: givenFlag,
  ipam: struct({ driver: text, config: listOf(pool), options: pairs }),
});

const volume = struct({ name: text, driver: text, driver_opts: pairs, external: flag, labels: pairs });

const fileObject = struct({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: flag,
  labels: pairs,
  driver: text,
  driver_opts: pairs,
  template_driver: text,
});

const model = struct({ name: text, model: text, context_size: whole, runtime_flags: texts });

/** What stands at the top level beside the services. */
export const resources = struct({
  networks: mapOfAll(network),
  volumes: mapOfAll(volume),
  secrets: mapOfAll(fileObject),
  configs: mapOfAll(fileObject),
  models: mapOfAll(model),
});
