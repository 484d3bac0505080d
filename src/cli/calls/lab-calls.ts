import type { Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';

export type LabSummaryView = Schemas['LabSummary'];
export type LabView = Schemas['Lab'];
export type LabBoardRowView = Schemas['LabBoardRow'];

/** Guided labs. Every call fails with a `CliError`. */
export type LabCalls = {
  list(): Promise<readonly LabSummaryView[]>;
  show(lab: string): Promise<LabView>;
  start(lab: string): Promise<LabView>;
  hint(lab: string, step: string): Promise<LabView>;
  answer(lab: string, step: string, answer: string): Promise<Schemas['JudgedLab']>;
  board(): Promise<readonly LabBoardRowView[]>;
};

export function createLabCalls(ask: Ask, client: ApiClient): LabCalls {
  const of = (lab: string) => ({ params: { path: { lab } } });
  const ofStep = (lab: string, step: string) => ({ params: { path: { lab, step } } });
  return {
    list: async () => (await ask((signal) => client.GET('/api/v1/labs', { signal }))).items,
    show: async (lab) => ask((signal) => client.GET('/api/v1/labs/{lab}', { ...of(lab), signal })),
    start: async (lab) => ask((signal) => client.POST('/api/v1/labs/{lab}/start', { ...of(lab), signal })),
    hint: async (lab, step) =>
      ask((signal) => client.POST('/api/v1/labs/{lab}/steps/{step}/hint', { ...ofStep(lab, step), signal })),
    answer: async (lab, step, answer) =>
      ask((signal) =>
        client.POST('/api/v1/labs/{lab}/steps/{step}/answer', {
          ...ofStep(lab, step),
          body: { answer },
          signal,
        }),
      ),
    board: async () => (await ask((signal) => client.GET('/api/v1/lab-board', { signal }))).items,
  };
}
