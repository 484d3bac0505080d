import { addressIn, platformNetworkName, platformSubnet } from '../../core/network/subnets.ts';

/** Names and addresses of the platform's own objects, from the configuration alone. */
export type PlatformLayout = {
  prefix: string;
  network: string;
  subnet: string;
  /** The gateway: where this machine is reached from the platform network. */
  gateway: string;
  addresses: Readonly<Record<PartContainer, string>>;
  ports: Readonly<Record<PartContainer, number>>;
  internalUrl: string;
};

/** Parts that run as containers of their own; Trivy runs for each scan, the engine runs them all. */
export const partContainers = ['opa', 'alertmanager', 'prometheus', 'traefik'] as const;
export type PartContainer = (typeof partContainers)[number];

export function layOutPlatform(settings: {
  prefix: string;
  subnets: string;
  internalPort: number;
}): PlatformLayout {
  const subnet = platformSubnet(settings.subnets);
  const gateway = addressIn(subnet, 1);
  return {
    prefix: settings.prefix,
    network: platformNetworkName(settings.prefix),
    subnet,
    gateway,
    addresses: {
      traefik: addressIn(subnet, 2),
      prometheus: addressIn(subnet, 3),
      alertmanager: addressIn(subnet, 4),
      opa: addressIn(subnet, 5),
    },
    ports: { traefik: 8082, prometheus: 9090, alertmanager: 9093, opa: 8181 },
    internalUrl: `http://${gateway}:${settings.internalPort}`,
  };
}

/** `http://address:port` of a part on the platform network. */
export function partUrl(layout: PlatformLayout, part: PartContainer): string {
  return `http://${layout.addresses[part]}:${layout.ports[part]}`;
}
