import { allotSubnet, overlapping, platformSubnet } from '../../core/network/subnets.ts';
import type { PartStatus } from '../../core/port/parts.ts';
import { chooseAnotherRange } from '../parts/ensure-network.ts';
import { refusePort, type PortUse, type WantedPort } from '../port-use.ts';
import { failed, ok, warning, type Check } from './check.ts';

export function judgePort(wanted: WantedPort, use: PortUse): Check {
  const name = `port ${wanted.port}`;
  const refusal = refusePort(wanted, use);
  if (refusal !== null)
    return failed(name, `wanted by the ${wanted.what}. ${refusal.message}`, refusal.facts.fix ?? '');
  return ok(name, use.kind === 'ours' ? `the ${wanted.what} listens there` : `free for the ${wanted.what}`);
}

export type NetworkFacts = {
  /** The range Crane may allot from. */
  range: string;
  /** Networks of the engine. */
  networks: readonly { name: string; subnets: readonly string[]; isOurs: boolean }[];
  /** Networks this machine itself is on, those of the engine among them. */
  interfaces: readonly { name: string; subnet: string }[];
};

/** Whether the range is free: the platform's own network must be, and there must be room for one more app. */
export function judgeNetworks({ range, networks, interfaces }: NetworkFacts): Check {
  const own = platformSubnet(range);
  const foreign = networks.filter((network) => !network.isOurs);
  const onEngine = networks.flatMap((network) => network.subnets);
  // The engine's bridges are interfaces as well.
  const outside = interfaces.filter(({ subnet }) => !overlapping(subnet, onEngine));
  const fix = chooseAnotherRange([range, ...onEngine, ...outside.map(({ subnet }) => subnet)]);
  const clash =
    foreign.find(({ subnets }) => overlapping(own, subnets))?.name ??
    outside.find(({ subnet }) => overlapping(own, [subnet]))?.name;
  if (clash !== undefined) return failed('networks', `${own}, the platform’s, is used by ${clash}`, fix);
  if (allotSubnet(range, onEngine) === null)
    return failed('networks', `no network is left in ${range} for another app`, fix);
  const near = outside.find(({ subnet }) => overlapping(range, [subnet]));
  return near === undefined
    ? ok('networks', `${own} for the platform, the rest of ${range} for apps`)
    : warning(
        'networks',
        `${range} is also used by ${near.name} (${near.subnet}): apps may hide hosts there`,
        fix,
      );
}

/** `go` = what `go version` says, null when there is none. It is needed only where an image has to be built. */
export function judgeImages({
  tags,
  missing,
  go,
}: {
  tags: number;
  missing: readonly string[];
  go: string | null;
}): Check {
  if (missing.length === 0) return ok('images', `${tags} present`);
  return warning(
    'images',
    `missing: ${missing.join(', ')}; they are pulled, or built from source ${go === null ? '(which needs Go 1.26 or newer, and there is none on PATH)' : `with ${go}`}`,
    go === null
      ? 'Run: crane up; where no registry can be reached, install Go first: https://go.dev/doc/install'
      : 'Run: crane up',
  );
}

/** A part that is down is a failure only when Crane is meant to be up. */
export function judgePart(part: PartStatus, isUp: boolean): Check {
  if (part.state === 'ok') return ok(part.name, part.version ?? 'healthy');
  const text = [part.state, part.reason, part.consequence].filter((item) => item !== null).join('; ');
  const fix = 'Run: crane up (it starts what is down)';
  return isUp ? failed(part.name, text, fix) : warning(part.name, text, fix);
}

export function judgeControl(isUp: boolean): Check {
  return isUp ? ok('control plane', 'running') : warning('control plane', 'not running', 'Run: crane up');
}
