import type { ApiClient, Schemas } from '../client/client.ts';
import type { Ask } from './ask.ts';
import type { AppView } from './views.ts';

export type ScheduleView = Schemas['Schedule'];
export type ReplayView = Schemas['ReplayResult'];
export type ReplayReportView = Schemas['ReplayReport'];
export type SimulationView = Schemas['Simulation'];
export type SimulateRequest = Schemas['SimulateInput'];
export type ModeChange = Schemas['ScalingModeInput'];

/** What people set of the loop. */
export type ScalingCalls = {
  setMode(ref: string, change: ModeChange): Promise<AppView>;
  /** Ends overrides; without names all of the app. */
  auto(ref: string, services: string[]): Promise<AppView>;
  schedules(ref: string): Promise<ScheduleView[]>;
  addSchedule(ref: string, schedule: Schemas['NewScheduleInput']): Promise<ScheduleView>;
  removeSchedule(ref: string, id: number): Promise<void>;
  /** The recorded input of a decision again, edited. */
  replay(
    id: string,
    request: { set: Record<string, unknown>; policy?: 'recorded' | 'current' },
  ): Promise<ReplayView>;
  replayMany(request: {
    app?: string;
    limit: number;
    policy?: 'recorded' | 'current';
  }): Promise<ReplayReportView>;
  simulate(ref: string, request: SimulateRequest): Promise<SimulationView>;
};

export function createScalingCalls(ask: Ask, client: ApiClient): ScalingCalls {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    setMode: async (ref, body) =>
      ask((signal) => client.PUT('/api/v1/apps/{app}/mode', { ...of(ref), body, signal })),
    auto: async (ref, services) => {
      const body = services.length === 0 ? {} : { services };
      return ask((signal) => client.POST('/api/v1/apps/{app}/scale:auto', { ...of(ref), body, signal }));
    },
    schedules: async (ref) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/schedules', { ...of(ref), signal }))).items,
    addSchedule: async (ref, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/schedules', { ...of(ref), body, signal })),
    replay: async (id, body) =>
      ask((signal) =>
        client.POST('/api/v1/decisions/{id}/replay', { params: { path: { id } }, body, signal }),
      ),
    replayMany: async (body) => ask((signal) => client.POST('/api/v1/decisions:replay', { body, signal })),
    simulate: async (ref, body) =>
      ask((signal) => client.POST('/api/v1/apps/{app}/scale:simulate', { ...of(ref), body, signal })),
    removeSchedule: async (ref, id) => {
      const params = { path: { app: ref, id } };
      await ask(async (signal) => {
        const answer = await client.DELETE('/api/v1/apps/{app}/schedules/{id}', { params, signal });
        return answer.error === undefined ? { ...answer, data: true } : answer;
      });
    },
  };
}
