import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { CraneError } from '../core/error/crane-error.ts';
import type { Log } from '../core/port/log.ts';
import type { Store } from '../core/port/store.ts';
import { createAdmissionRepository } from './admission-repository.ts';
import { createAlertRepository } from './alert-repository.ts';
import { createAnswerRepository } from './answer-repository.ts';
import { createAuditRepository } from './audit-repository.ts';
import { createAppRepository } from './app-repository.ts';
import { createControlRepository } from './control-repository.ts';
import { createPullRepository } from './pull-repository.ts';
import { createCanaryRepository } from './canary-repository.ts';
import { createDatabase } from './database.ts';
import type { Database } from './database.ts';
import { createDecisionRepository } from './decision-repository.ts';
import { createFeedRepository } from './feed-repository.ts';
import { createGroupRepository } from './group-repository.ts';
import { createHookRepository } from './hook-repository.ts';
import { createLoadRepository } from './load-repository.ts';
import { createInvitationRepository, createLoginRepository } from './login-repository.ts';
import { createMeterRepository } from './meter-repository.ts';
import { migrate, readMigrations } from './migrate.ts';
import { createNoticeRepository } from './notice-repository.ts';
import { createNotificationRepository } from './notification-repository.ts';
import { createOperationRepository } from './operation-repository.ts';
import { createPolicyRepository } from './policy-repository.ts';
import { createPauseRepository } from './pause-repository.ts';
import { createReleaseRepository } from './release-repository.ts';
import { createRuleSetRepository } from './rule-set-repository.ts';
import { createScanRepository } from './scan-repository.ts';
import { createScheduleRepository } from './schedule-repository.ts';
import { createAlertSourceRepository } from './alert-source-repository.ts';
import { createLabRepository } from './lab-repository.ts';
import { createSilenceRepository } from './silence-repository.ts';
import { createIdentityRepository } from './identity-repository.ts';
import { createSecondFactorRepository } from './second-factor-repository.ts';
import { createSettingRepository } from './setting-repository.ts';
import { createSecretRepository } from './secret-repository.ts';
import { createTargetRepository } from './target-repository.ts';
import { createTokenRepository } from './token-repository.ts';
import { createUserRepository } from './user-repository.ts';
import { createSealedTexts } from './sealed-texts.ts';
import { createWaiverRepository } from './waiver-repository.ts';
import { createWebhookRepository } from './webhook-repository.ts';

export type StoreOptions = {
  path: string;
  log?: Log;
  /** What secrets are sealed with, the one in force first; without any they are kept as they are, for tests. */
  keys?: readonly Uint8Array[];
};

/**
 * Opens (or makes) the database file at `path`, checks it and brings it to the newest schema. Only this user may read it:
 * it holds token hashes and people's settings. `:memory:` gives a store that is gone when closed. Throws
 * `store.unavailable` when the file is damaged, newer than this code or not accessible.
 */
export function openStore({ path, log, keys }: StoreOptions): Store {
  if (path !== ':memory:') makePrivateFile(path);
  const db = createDatabase(path);
  try {
    checkEngine(db);
    configure(db, path !== ':memory:');
    checkIntegrity(db);
    const applied = migrate(db, readMigrations(join(import.meta.dirname, 'migrations')));
    if (applied.length > 0) log?.info({ path, applied }, 'database schema brought up to date');
  } catch (thrown) {
    db.close();
    throw thrown;
  }
  return createStore(db, log ?? null, keys);
}

function createStore(db: Database, log: Log | null, keys: readonly Uint8Array[] | undefined): Store {
  const vault = createSealedTexts(db, keys);
  // Also what was kept before there were keys.
  vault.reseal();
  return {
    transaction: (work) => db.transaction(work),
    reseal: vault.reseal,
    close: () => db.close(),
    users: createUserRepository(db),
    tokens: createTokenRepository(db),
    audit: createAuditRepository(db),
    identities: createIdentityRepository(db),
    secondFactors: createSecondFactorRepository(db, vault),
    groups: createGroupRepository(db),
    invitations: createInvitationRepository(db),
    logins: createLoginRepository(db),
    answers: createAnswerRepository(db),
    settings: createSettingRepository(db),
    apps: createAppRepository(db),
    policies: createPolicyRepository(db),
    releases: createReleaseRepository(db, vault),
    secrets: createSecretRepository(db, vault),
    targets: createTargetRepository(db),
    controls: createControlRepository(db),
    schedules: createScheduleRepository(db),
    hooks: createHookRepository(db),
    canaries: createCanaryRepository(db),
    pulls: createPullRepository(db),
    pauses: createPauseRepository(db),
    operations: createOperationRepository(db, vault),
    decisions: createDecisionRepository(db),
    alerts: createAlertRepository(db),
    ruleSets: createRuleSetRepository(db),
    scans: createScanRepository(db),
    loads: createLoadRepository(db),
    meter: createMeterRepository(db),
    webhooks: createWebhookRepository(db),
    admission: createAdmissionRepository(db),
    waivers: createWaiverRepository(db),
    alertSources: createAlertSourceRepository(db),
    silences: createSilenceRepository(db),
    labs: createLabRepository(db),
    notices: createNoticeRepository(db),
    notifications: createNotificationRepository(db),
    feed: createFeedRepository(db, log),
  };
}

function makePrivateFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw new CraneError(
      'store.unavailable',
      {
        message: `the database file ${path} cannot be opened for writing`,
        fix: 'Check that the data folder exists and that the user Crane runs as may write to it.',
      },
      { cause },
    );
  }
}

// Before 3.51.3 a checkpoint beside a commit could damage the file: https://www.sqlite.org/wal.html#walresetbug
const oldestEngine = [3, 51, 3] as const;

function checkEngine(db: Database): void {
  const version =
    db.get(z.object({ version: z.string() }), 'SELECT sqlite_version() AS version')?.version ?? '0';
  const numbers = version.split('.').map(Number);
  for (const [index, wanted] of oldestEngine.entries()) {
    const seen = numbers[index] ?? 0;
    if (seen > wanted) return;
    if (seen < wanted) {
      throw new CraneError('store.unavailable', {
        message: `SQLite ${version} is too old; ${oldestEngine.join('.')} or newer is needed`,
        fix: 'Run Crane with the Node.js that it installs.',
      });
    }
  }
}

function configure(db: Database, isFile: boolean): void {
  // FULL flushes the log at each commit: what an action has returned survives a power cut.
  db.exec(
    'PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864',
  );
  const mode = db.get(z.object({ journal_mode: z.string() }), 'PRAGMA journal_mode = WAL')?.journal_mode;
  if (isFile && mode !== 'wal') {
    throw new CraneError('store.unavailable', {
      message: `the database cannot use write-ahead logging (journal mode is ${mode ?? 'unknown'})`,
      fix: 'Put the data folder on a local disk.',
    });
  }
}

function checkIntegrity(db: Database): void {
  const problems = db
    .all(z.object({ quick_check: z.string() }), 'PRAGMA quick_check(5)')
    .map(({ quick_check }) => quick_check)
    .filter((text) => text !== 'ok');
  if (problems.length === 0) return;
  throw new CraneError('store.unavailable', {
    message: `the database file is damaged: ${problems.join('; ')}`,
    fix: 'Restore the data folder from a backup.',
  });
}
