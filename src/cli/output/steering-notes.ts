import type { AppView, ServiceView } from '../calls/views.ts';
import { escapeLine } from './escape.ts';
import type { Stream } from './terminal.ts';
import { formatAge, formatClock, formatDuration } from './units.ts';

/** What people set of the app's services, a line each; empty for services that are left to the autoscaler. */
export function renderSteeringNotes(out: Stream, app: AppView, now: number): string {
  return [...pauseNote(app, now), ...app.services.flatMap((service) => notesOf(app, service, now))]
    .map((line) => `${out.paint('yellow', escapeLine(line))}\n`)
    .join('');
}

function pauseNote({ uniqueName, paused }: AppView, now: number): string[] {
  if (paused === null || paused === undefined) return [];
  const { by, at, operation } = paused;
  return [
    `the deployment of ${uniqueName} is paused by ${by}, for ${formatAge(now - at)}; go on with: crane resume ${uniqueName}, or back with: crane cancel ${operation}`,
  ];
}

function notesOf(app: AppView, service: ServiceView, now: number): string[] {
  const { name, mode, modeBy, override, window } = service;
  const place = `${app.uniqueName}/${name}`;
  const notes: string[] = [];
  if (override !== null) {
    const end = override.until === null ? '' : ` for another ${formatDuration(override.until - now)}`;
    notes.push(
      `${place} is held at ${override.replicas} by ${override.by}${end}; end it with: crane scale ${app.uniqueName} ${name} --auto`,
    );
  }
  if (mode !== 'auto')
    notes.push(`${place} scales in mode ${mode}${modeBy === null ? '' : `, set by ${modeBy}`}`);
  if (window !== null)
    notes.push(
      `${place} has ${window.min}-${window.max} replicas until ${formatClock(window.until)} by schedule ${window.id}, "${window.cron}" ${window.timeZone}`,
    );
  return notes;
}
