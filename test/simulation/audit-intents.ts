import { operationOf, theApp } from '../factories/control-hands.ts';
import type { Play } from './run-history.ts';
import { appNames } from './step.ts';

/** I1: the last accepted request of each app holds. */
export function auditIntents({ world, asked, auditor }: Pick<Play, 'world' | 'asked' | 'auditor'>): void {
  for (const name of appNames) {
    let intent: 'running' | 'stopped' | 'gone' = 'gone';
    let version: number | null = null;
    /** Of each app that was made under this name, the one it was given last. */
    const names = new Map<number, string>();
    for (const { step, operation } of asked[name]) {
      const isGood = operationOf(world, operation.id).status === 'succeeded';
      if (step.do === 'rename-app') {
        names.set(operation.appId, step.to);
        continue;
      }
      if (step.do === 'remove') [intent, version] = ['gone', null];
      else if (step.do === 'stop') intent = 'stopped';
      else if (step.do === 'start' || step.do === 'restart') intent = 'running';
      else if (step.do === 'promote') {
        // Of which version the canary was is told by nobody: a later one may have made way for it.
        if (isGood) [intent, version] = ['running', null];
      } else if (step.do === 'rollback' || step.do === 'deploy') {
        if (isGood) intent = 'running';
        if (isGood && step.do === 'deploy') version = step.version;
        if (isGood && step.do === 'rollback') version = null;
      }
      if (!isGood && intent === 'gone' && step.do !== 'remove') intent = 'stopped';
    }
    const app = theApp(world, name);
    if (app !== null && app.name !== (names.get(app.id) ?? name))
      auditor.violations.push(`I1: ${name} is called ${app.name}`);
    const isThere = app === null ? 'gone' : app.intent;
    const isSame = isThere === intent || (intent === 'stopped' && isThere === 'gone' && version === null);
    if (!isSame) auditor.violations.push(`I1: ${name} is ${isThere} and was asked to be ${intent}`);
    const release = app?.releaseNumber == null ? null : world.store.releases.find(app.id, app.releaseNumber);
    const runs = release?.project.services['web']?.environment?.['VERSION'];
    if (version !== null && intent !== 'gone' && runs !== String(version))
      auditor.violations.push(`I1: ${name} is at version ${runs} and was brought to ${version}`);
  }
}
