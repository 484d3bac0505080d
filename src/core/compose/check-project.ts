import type { ComposeProject, ComposeService } from './compose-project.ts';

/** Reports a problem at a path of the project. */
export type Complain = (path: readonly string[], message: string, fix?: string) => void;

type Scope = { project: ComposeProject; isDisabled: (service: string) => boolean; complain: Complain };
type Rule = (service: ComposeService, path: readonly string[], scope: Scope) => void;

/** Rules across services and resources: what is named exists, what excludes each other is not given twice. */
export function checkProject(scope: Scope): void {
  for (const [name, service] of Object.entries(scope.project.services))
    for (const rule of rules) rule(service, ['services', name], scope);
  for (const [name, secret] of Object.entries(scope.project.secrets ?? {}))
    if (secret.external !== true && secret.file === undefined && secret.environment === undefined)
      scope.complain(['secrets', name], 'either file or environment must be given');
  checkCircles(scope);
  checkContainerNames(scope);
}

const rules: readonly Rule[] = [
  checkImage,
  checkBuild,
  checkNetworks,
  checkNamed,
  checkDependencies,
  checkHealth,
  checkLimits,
  checkReplicas,
  checkSleep,
  checkWatch,
  checkTargets,
];

function checkImage(service: ComposeService, path: readonly string[], { complain }: Scope): void {
  if (service.image === undefined && service.build === undefined && service.provider === undefined)
    complain(path, 'neither image nor build is given', 'Name an image: image: nginx:1.27');
}

function checkBuild({ build, platform }: ComposeService, path: readonly string[], scope: Scope): void {
  if (build === undefined) return;
  const at = [...path, 'build'];
  const { complain, project } = scope;
  if (build.dockerfile !== undefined && build.dockerfile_inline !== undefined)
    complain([...at, 'dockerfile_inline'], 'dockerfile and dockerfile_inline exclude each other');
  if (platform !== undefined && build.platforms !== undefined && !build.platforms.includes(platform))
    complain([...at, 'platforms'], `the service's platform ${platform} must be one of them`);
  for (const [name, context] of Object.entries(build.additional_contexts ?? {})) {
    const target = /^service:(.*)$/.exec(context)?.[1];
    if (target !== undefined && project.services[target]?.build === undefined)
      complain([...at, 'additional_contexts', name], `there is no service ${target} that is built`);
  }
  for (const [index, { source }] of (build.secrets ?? []).entries())
    if (source === undefined) complain([...at, 'secrets', String(index)], 'source is missing');
    else if (project.secrets?.[source] === undefined)
      complain([...at, 'secrets', String(index)], `there is no secret ${source} at the top level`);
}

function checkNetworks(service: ComposeService, path: readonly string[], { complain, project }: Scope): void {
  const names = Object.keys(service.networks ?? {});
  if (service.network_mode !== undefined && names.length > 0)
    complain([...path, 'network_mode'], 'network_mode and networks exclude each other', 'Keep one of them.');
  for (const name of names)
    if (project.networks?.[name] === undefined)
      complain(
        [...path, 'networks', name],
        `there is no network ${name} at the top level`,
        `Add networks: { ${name}: {} }.`,
      );
  const shared = /^service:(.*)$/.exec(service.network_mode ?? '')?.[1];
  if (shared !== undefined && project.services[shared] === undefined)
    complain([...path, 'network_mode'], `there is no service ${shared}`);
}

function checkNamed(service: ComposeService, path: readonly string[], { complain, project }: Scope): void {
  for (const [index, { type, source }] of (service.volumes ?? []).entries())
    if (type === 'volume' && source !== undefined && project.volumes?.[source] === undefined)
      complain(
        [...path, 'volumes', String(index)],
        `there is no volume ${source} at the top level`,
        `Add volumes: { ${source}: {} }.`,
      );
  for (const kind of ['configs', 'secrets'] as const)
    for (const [index, { source }] of (service[kind] ?? []).entries())
      if (source === undefined) complain([...path, kind, String(index)], 'source is missing');
      else if (project[kind]?.[source] === undefined)
        complain(
          [...path, kind, String(index)],
          `there is no ${kind.slice(0, -1)} ${source} at the top level`,
        );
  for (const name of Object.keys(service.models ?? {}))
    if (project.models?.[name] === undefined)
      complain([...path, 'models', name], `there is no model ${name} at the top level`);
}

function checkDependencies(service: ComposeService, path: readonly string[], scope: Scope): void {
  for (const [other, { required }] of Object.entries(service.depends_on ?? {})) {
    if (scope.project.services[other] !== undefined) continue;
    const isDisabled = scope.isDisabled(other);
    if (isDisabled && required === false) continue;
    scope.complain(
      [...path, 'depends_on', other],
      isDisabled ? `the service ${other} is in a profile that is not active` : `there is no service ${other}`,
      isDisabled ? 'Activate its profile, or set required: false.' : undefined,
    );
  }
}

function checkHealth({ healthcheck }: ComposeService, path: readonly string[], { complain }: Scope): void {
  const [kind] = healthcheck?.test ?? [];
  if (kind !== undefined && !['CMD', 'CMD-SHELL', 'NONE'].includes(kind))
    complain(
      [...path, 'healthcheck', 'test'],
      'a list must begin with CMD, CMD-SHELL or NONE',
      'Write ["CMD", …], or one text for the shell.',
    );
}

function checkLimits(service: ComposeService, path: readonly string[], { complain }: Scope): void {
  const limits = service.deploy?.resources?.limits;
  const reserved = service.deploy?.resources?.reservations;
  const differ = (
    key: string,
    own: unknown,
    there: object | undefined,
    value: unknown,
    where: string,
  ): void => {
    if (own !== undefined && there !== undefined && own !== value)
      complain([...path, key], `${key} and deploy.resources.${where} differ`, 'Keep one of them.');
  };
  differ('cpus', service.cpus, limits, limits?.cpus, 'limits.cpus');
  differ('mem_limit', service.mem_limit, limits, limits?.memory, 'limits.memory');
  differ('mem_reservation', service.mem_reservation, reserved, reserved?.memory, 'reservations.memory');
  differ('pids_limit', service.pids_limit, limits, limits?.pids, 'limits.pids');
}

function checkReplicas(service: ComposeService, path: readonly string[], { complain }: Scope): void {
  const { scale, deploy } = service;
  const replicas = deploy?.replicas;
  if (scale !== undefined && replicas !== undefined && scale !== replicas)
    complain([...path, 'scale'], 'scale and deploy.replicas differ', 'Keep one of them.');
  const count = scale ?? replicas ?? 1;
  const key = scale === undefined ? ['deploy', 'replicas'] : ['scale'];
  if (count < 0) complain([...path, ...key], `must not be negative (saw ${count})`);
  if (count > 1 && service.container_name !== undefined)
    complain(
      [...path, 'container_name'],
      `a container's name cannot be shared by ${count} replicas`,
      'Remove it.',
    );
}

/** Whoever sleeps must be woken by something. */
function checkSleep(service: ComposeService, path: readonly string[], { complain, project }: Scope): void {
  const { scale, route } = service['x-crane'] ?? {};
  if (scale?.min !== 0 || (route ?? []).length > 0) return;
  const name = path.at(-1) ?? '';
  const isUsed = Object.values(project.services).some((other) => other.depends_on?.[name] !== undefined);
  if (isUsed) return;
  complain(
    [...path, 'x-crane', 'scale', 'min'],
    'a service goes to 0 only when a request can wake it: it has no route, and nothing depends on it',
    'Give it x-crane.route, or min: 1.',
  );
}

function checkWatch({ develop }: ComposeService, path: readonly string[], { complain }: Scope): void {
  for (const [index, watch] of (develop?.watch ?? []).entries())
    if (watch.target === undefined && watch.action !== 'rebuild' && watch.action !== 'restart')
      complain([...path, 'develop', 'watch', String(index)], `the action ${watch.action} needs a target`);
}

function checkTargets(service: ComposeService, path: readonly string[], { complain }: Scope): void {
  const known = new Set<string>();
  const add = (target: string, at: readonly string[]): void => {
    if (known.has(target)) complain(at, `something is already mounted at ${target}`, 'Mount it elsewhere.');
    known.add(target);
  };
  for (const [index, entry] of (service.tmpfs ?? []).entries())
    add(entry.split(':')[0] ?? '', [...path, 'tmpfs', String(index)]);
  for (const [index, { target }] of (service.volumes ?? []).entries())
    add(target, [...path, 'volumes', String(index)]);
}

function checkCircles({ project, complain }: Scope): void {
  const done = new Set<string>();
  const visit = (name: string, chain: readonly string[]): void => {
    if (chain.includes(name)) {
      const circle = [...chain.slice(chain.indexOf(name)), name];
      if (!circle.some((each) => done.has(each)))
        complain(['services', name, 'depends_on'], `services wait for each other: ${circle.join(' → ')}`);
      for (const each of circle) done.add(each);
      return;
    }
    if (done.has(name)) return;
    for (const other of Object.keys(project.services[name]?.depends_on ?? {}))
      if (project.services[other] !== undefined) visit(other, [...chain, name]);
    done.add(name);
  };
  for (const name of Object.keys(project.services)) visit(name, []);
}

function checkContainerNames({ project, complain }: Scope): void {
  const owners = new Map<string, string>();
  for (const [name, { container_name: container }] of Object.entries(project.services)) {
    if (container === undefined) continue;
    const owner = owners.get(container);
    if (owner !== undefined)
      complain(['services', name, 'container_name'], `the service ${owner} has the same container name`);
    owners.set(container, name);
  }
}
