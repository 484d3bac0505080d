import assert from 'node:assert/strict';
import { it } from 'node:test';
import { restartDependents } from './restart-dependents.ts';

const on = (
  name: string,
  restart: boolean,
): { depends_on: Record<string, { condition: 'service_started'; restart: boolean }> } => ({
  depends_on: { [name]: { condition: 'service_started', restart } },
});

it('restarts what depends with restart: true, and what depends so on that', () => {
  const services = { db: {}, api: on('db', true), web: on('api', true), job: on('db', false), lone: {} };
  const project = { name: 'shop-1', services };
  assert.deepEqual(restartDependents(project, ['db']), ['api', 'web']);
  assert.deepEqual(restartDependents(project, ['api', 'web']), []);
  assert.deepEqual(restartDependents(project, ['job', 'lone']), []);
});
