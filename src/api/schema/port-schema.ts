import { z } from 'zod';
import { listOf, named } from './components.ts';

const protocol = z.enum(['tcp', 'udp', 'sctp']);

export const portsQuery = z.strictObject({
  service: z.string().max(255).exactOptional(),
  port: z.coerce.number().int().min(1).max(65_535).exactOptional().describe('Inside the instance.'),
  protocol: protocol.exactOptional(),
});

export const portsSchema = listOf(
  named(
    'InstancePort',
    z.object({
      instance: z.string(),
      service: z.string(),
      port: z.int().describe('Inside the instance.'),
      protocol,
      address: z.string().describe('Of the machine; `0.0.0.0` or `::` is every one it has.'),
      publishedPort: z.int(),
    }),
  ),
);
