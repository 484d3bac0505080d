import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import type { AuthorityView } from '../calls/authority-calls.ts';
import { CliError, usageError } from '../cli-error.ts';
import { confirm } from '../input/confirm.ts';
import { connect } from '../calls/connect.ts';
import type { CliContext } from '../context.ts';
import { addExamples, addFormat, isJson, type FormatOptions } from '../options.ts';
import { escapeLine } from '../output/escape.ts';
import { writeJson } from '../output/terminal.ts';
import { carryOutTrust } from '../trust/carry-out-trust.ts';
import { describeTrust, planTrust } from '../trust/plan-trust.ts';
import { trustInstructions } from '../trust/trust-instructions.ts';

type Options = FormatOptions & { output?: string; authority?: boolean; yes?: boolean; remove?: boolean };

const actions = ['show', 'export', 'renew', 'trust', 'help'] as const;
type Action = (typeof actions)[number];

export function declare(command: Command, context: CliContext): void {
  command
    .addArgument(new Argument('[action]', 'what to do').choices(actions).default('show'))
    .option('-o, --output <file>', 'export: where to; standard output without it')
    .option('--authority', 'renew: a new authority too, which everybody has to trust again')
    .option('--remove', 'trust: take it out of the trust store again')
    .option('-y, --yes', 'do not ask');
  addExamples(addFormat(command), [
    ['crane ca', 'the authority that vouches for routes with TLS'],
    ['crane ca export -o crane-ca.pem', 'for curl --cacert, or another machine'],
    ['crane ca help', 'how browsers and tools are made to trust it'],
    ['crane ca trust', 'make this machine trust it; says what it does and asks'],
    ['crane ca renew', 'certificates of all apps anew, without losing a request'],
  ]).action(async (action: Action, options: Options) => run[action](context, options));
}

const run: Record<Action, (context: CliContext, options: Options) => Promise<void>> = {
  show: async (context, options) => show(context, await connect(context).authority.show(), options),
  export: exportAuthority,
  renew,
  trust,
  help: async (context) => context.terminal.out.write(trustInstructions),
};

function show({ terminal: { out } }: CliContext, authority: AuthorityView, options: FormatOptions): void {
  if (isJson(options)) return writeJson(out, authority);
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
  const ends = {
    ok: '',
    ending: '; renew it soon: crane ca renew --authority',
    ended: '; it has ended: crane ca renew --authority',
  };
  out.write(`${out.paint('bold', escapeLine(authority.subject))}\n`);
  out.write(`SHA-256     ${authority.fingerprint}\n`);
  out.write(
    `valid       ${day(authority.notBefore)} to ${day(authority.notAfter)}${ends[authority.state]}\n`,
  );
  const apps = authority.apps.map(escapeLine).join(', ');
  out.write(`apps        ${apps === '' ? 'none has a route with TLS (x-crane.route.tls: true)' : apps}\n`);
}

async function exportAuthority(context: CliContext, options: Options): Promise<void> {
  const authority = await connect(context).authority.show();
  const { out, err } = context.terminal;
  if (options.output === undefined) {
    if (isJson(options)) writeJson(out, authority);
    else out.write(authority.certificate);
    return;
  }
  try {
    writeFileSync(options.output, authority.certificate);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(`The certificate was not written: ${reason}.`, 'Choose another file with -o.');
  }
  if (isJson(options)) writeJson(out, { path: options.output, fingerprint: authority.fingerprint });
  else err.write(`${escapeLine(authority.subject)} is in ${escapeLine(options.output)}\n`);
}

async function renew(context: CliContext, options: Options): Promise<void> {
  const isWhole = options.authority === true;
  if (isWhole)
    await confirm(
      context,
      'A new authority: whoever trusts the present one has to trust the new one. Go on?',
      options.yes === true,
    );
  const authority = await connect(context).authority.renew(isWhole ? 'authority' : 'leaves');
  show(context, authority, options);
  if (isWhole && !isJson(options))
    context.terminal.err.write('Trust it: crane ca trust (or see crane ca help)\n');
}

/** Says what it is about to do to this machine, asks, does it. */
async function trust(context: CliContext, options: Options): Promise<void> {
  const { err, out } = context.terminal;
  const { certificate, subject, fingerprint } = await connect(context).authority.show();
  const what = options.remove === true ? 'remove' : 'add';
  const folder = mkdtempSync(join(tmpdir(), 'crane-ca-'));
  try {
    const file = join(folder, 'crane-ca.pem');
    writeFileSync(file, certificate);
    const id = subject.split(' ').at(-1) ?? '';
    const plan = planTrust({ platform: process.platform, hasFolder: existsSync, id, file }, what);
    if (plan === null)
      throw new CliError({
        code: 'trust.unknown',
        title: 'It is not known how',
        detail: 'No trust store was found where this system is known to keep one.',
        fix: 'Do it by hand; see: crane ca help',
      });
    const aim = what === 'add' ? 'trust' : 'no longer trust';
    err.write(`To let this machine ${aim} ${escapeLine(subject)} (${fingerprint.slice(0, 23)}…), this\n`);
    for (const line of describeTrust(plan, what)) err.write(`  ${escapeLine(line)}\n`);
    await confirm(context, 'Go on?', options.yes === true);
    await carryOutTrust(plan, what, { certificate, signal: context.signal });
    const done = { trusted: what === 'add', fingerprint, path: plan.path };
    if (isJson(options)) writeJson(out, done);
    else
      out.write(`This machine ${what === 'add' ? 'trusts' : 'no longer trusts'} ${escapeLine(subject)}.\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
