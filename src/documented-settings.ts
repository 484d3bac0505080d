/** Every setting: what it means, and its default as shown in the documentation. */
export const documented = {
  CRANE_DATA: {
    about: 'Folder of the database, the parts’ configuration, credentials and logs.',
    byDefault: '${XDG_DATA_HOME:-~/.local/share}/crane',
  },
  CRANE_CACHE: {
    about: 'Folder of what builds from source leave for the next one.',
    byDefault: '${XDG_CACHE_HOME:-~/.cache}/crane',
  },
  CRANE_PREFIX: { about: 'First part of the names of containers, networks and volumes.', byDefault: 'crane' },
  CRANE_API_PORT: { about: 'Port of the API and UI, on loopback.', byDefault: '7070' },
  CRANE_ROUTER_PORT: { about: 'Port on which the router publishes apps, on loopback.', byDefault: '8080' },
  CRANE_TLS_PORT: {
    about: 'Port on which the router publishes apps with TLS, on loopback.',
    byDefault: '8443',
  },
  CRANE_INTERNAL_PORT: {
    about: 'Port of the internal listener (webhook, discovery, metrics), on the platform network’s gateway.',
    byDefault: '7071',
  },
  CRANE_WAKE_PORT: { about: 'Port beside it, for requests to services that sleep.', byDefault: '7072' },
  CRANE_SUBNETS: {
    about:
      'Range that networks are allotted from: the first /24 for the platform, a /26 for each network of an app.',
    byDefault: '10.213.0.0/16',
  },
  CRANE_SCRAPE_MS: {
    about: 'Pace of the router’s scrape and of the alert rules, milliseconds.',
    byDefault: '250',
  },
  CRANE_FAST_LOOP_MS: {
    about: 'Pace of the autoscaler while an alert fires or more than the minimum runs.',
    byDefault: '1000',
  },
  CRANE_SLOW_LOOP_MS: {
    about: 'Pace of the autoscaler otherwise: with every alert lost the right size is reached all the same.',
    byDefault: '15000',
  },
  CRANE_DRAIN_MS: {
    about: 'Between the router’s confirmation that an instance is unrouted and its stop signal.',
    byDefault: '300',
  },
  CRANE_MONITOR_MS: {
    about: 'A deployment is stable when nothing failed for this long after all was ready.',
    byDefault: '1000',
  },
  CRANE_DEPLOY_TIMEOUT_MS: {
    about: 'A deployment that is not ready by then has failed.',
    byDefault: '120000',
  },
  CRANE_KEEP_RELEASES: {
    about: 'Newest releases of an app that are kept, beside those in use.',
    byDefault: '20',
  },
  CRANE_BUILD_MEMORY_MB: {
    about: 'Most memory of a step of a build by the classic builder, swap included, MiB.',
    byDefault: '2048',
  },
  CRANE_BUILD_CPU_PERCENT: {
    about:
      'Most processor time of a step of a build by the classic builder, in percent of the whole machine; running apps go first there.',
    byDefault: '50',
  },
  CRANE_BUILDER: {
    about:
      '`auto`: BuildKit, as Docker Compose does. `classic`: the builder whose steps the two limits above hold for. `buildkit`: that or nothing.',
    byDefault: 'auto',
  },
  CRANE_BUILD_TIMEOUT_MS: { about: 'A build that goes on for longer is ended.', byDefault: '3600000' },
  CRANE_CONTEXT_MB: { about: 'Largest build context, MiB.', byDefault: '1024' },
  CRANE_MAX_LOAD_RATE: { about: 'Most requests per second of a load.', byDefault: '2000' },
  CRANE_TOKEN_SECRET: {
    about:
      'Signs the access tokens of API clients: at least 32 random bytes, a weaker one stops the start. Empty: one is made with the installation.',
    byDefault: '',
  },
  CRANE_OIDC_ISSUER: {
    about:
      'Logins by another service (OpenID Connect): its issuer, such as `https://login.example.org/realms/school`; its keys and addresses are found there. Empty: none.',
    byDefault: '',
  },
  CRANE_OIDC_CLIENT_ID: { about: 'As what Crane is registered there.', byDefault: 'crane' },
  CRANE_OIDC_CLIENT_SECRET: { about: 'Of that registration. Empty: a public client.', byDefault: '' },
  CRANE_OIDC_NAME: { about: 'What the button of the login page calls it.', byDefault: 'single sign-on' },
  CRANE_SECRET_KEY: {
    about:
      'Seals secrets at rest: 32 random bytes in base64, or several with commas between them, the one in force first. Empty: a private file of the data folder.',
    byDefault: '',
  },
  CRANE_LOG_LEVEL: { about: 'Least level that is logged.', byDefault: 'info' },
  CRANE_CRASH_AT: {
    about:
      'For tests of crash safety: the point of its work at which the control plane kills itself, such as `instance.created`, `instance.created#2` for the second time, or `@FILE` for the point that stands in that file at the time. Refused without `CRANE_ALLOW_CRASH`.',
    byDefault: '',
  },
  CRANE_ALLOW_CRASH: {
    about: 'For tests of crash safety: whether `CRANE_CRASH_AT` counts.',
    byDefault: 'false',
  },
  REMOVE_TEMP_FILES: {
    about: 'Whether the compose file generated for a deployment is removed when the deployment ends.',
    byDefault: 'true',
  },
} as const;
