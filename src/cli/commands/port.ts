import type { Command } from 'commander';
import type { PortRequest } from '../calls/api.ts';
import { CliError, usageError } from '../cli-error.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { parseInstanceRef } from '../input/instance-ref.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { renderTable } from '../output/table.ts';
import { writeJson } from '../output/terminal.ts';
import type { InstancePortView } from '../calls/views.ts';

type Target = { app: string; only: PortRequest };

export function declare(command: Command, context: CliContext): void {
  command
    .argument('<app[/service]>', 'an app, or one service of it')
    .argument('[service]', 'a service of it')
    .argument('[port]', 'a port inside the instance, with its protocol where that is not tcp: 53/udp');
  addExamples(addFormat(command), [
    ['crane port shop-1', 'everything that is published'],
    ['crane port shop-1 web 80', 'only the addresses: 127.0.0.1:8000'],
    ['crane port shop-1/dns 53/udp --json', ''],
  ]).action(
    async (app: string, service: string | undefined, port: string | undefined, options: FormatOptions) =>
      showPorts(context, parseTarget(app, service, port), options),
  );
}

/** `shop-1 web 80`, `shop-1/web 80` and `shop-1 80`: what begins with a digit and comes last is a port. */
function parseTarget(target: string, second: string | undefined, third: string | undefined): Target {
  const { app, service } = parseInstanceRef(target);
  const isSecondPort =
    second !== undefined && third === undefined && (service !== null || /^\d+(\/|$)/.test(second));
  const port = isSecondPort ? second : third;
  const named = isSecondPort ? service : (second ?? service);
  if (service !== null && named !== service)
    throw usageError(`${target} and ${second} are two services.`, 'Name one: crane port shop-1/web 80');
  return {
    app,
    only: { ...(named === null ? {} : { service: named }), ...(port === undefined ? {} : parsePort(port)) },
  };
}

function parsePort(text: string): Pick<PortRequest, 'port' | 'protocol'> {
  const [, digits, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text.toLowerCase()) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535))
    throw usageError(`${JSON.stringify(text)} is no port.`, 'Write it as 80, 80/tcp or 53/udp.');
  return { port, protocol: protocol === 'udp' || protocol === 'sctp' ? protocol : 'tcp' };
}

async function showPorts(context: CliContext, { app, only }: Target, options: FormatOptions): Promise<void> {
  const { out, err } = context.terminal;
  const ports = await connect(context).ports(app, only);
  if (only.port !== undefined && ports.length === 0)
    throw new CliError({
      code: 'port.not_published',
      title: 'Port not published',
      detail: `No running instance of ${only.service === undefined ? app : `${app}/${only.service}`} publishes its port ${only.port}/${only.protocol ?? 'tcp'}.`,
      fix: `Look at: crane port ${app}`,
    });
  if (isJson(options)) return writeJson(out, ports);
  if (only.port !== undefined) return out.write(ports.map((port) => `${addressOf(port)}\n`).join(''));
  out.write(
    renderTable<InstancePortView>(
      out,
      [
        { title: 'INSTANCE', cell: ({ instance }) => instance },
        { title: 'PORT', cell: ({ port, protocol }) => `${port}/${protocol}` },
        { title: 'ADDRESS', cell: addressOf },
      ],
      ports,
    ),
  );
  if (ports.length === 0) err.write(`Nothing is published. What the router reaches: crane ls\n`);
}

function addressOf({ address, publishedPort }: InstancePortView): string {
  return `${address.includes(':') ? `[${address}]` : address}:${publishedPort}`;
}
