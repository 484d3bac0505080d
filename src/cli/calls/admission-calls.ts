import { askForNothing, type Ask } from './ask.ts';
import type { ApiClient, Schemas } from '../client/client.ts';
import type { OperationView } from './views.ts';

export type AdmissionCheckView = Schemas['AdmissionCheck'];
export type AdmissionRecordView = Schemas['AdmissionRecord'];
export type AdmissionPoliciesView = Schemas['AdmissionPolicies'];
export type ExceptionView = Schemas['AdmissionException'];
export type WaiverView = Schemas['ScanWaiver'];
export type ScanDatabaseView = Schemas['ScanDatabase'];
export type ScanView = Schemas['Scan'];
export type SecretView = Schemas['AppSecret'];

/** Admission, and what scans found. */
export type AdmissionCalls = {
  check(body: Schemas['AdmissionQuestionInput']): Promise<AdmissionCheckView>;
  records(app: string): Promise<AdmissionRecordView[]>;
  policies(): Promise<AdmissionPoliciesView>;
  change(policy: string, body: Schemas['AdmissionChangeInput']): Promise<AdmissionPoliciesView>;
  exceptions(): Promise<ExceptionView[]>;
  except(body: Schemas['NewAdmissionExceptionInput']): Promise<ExceptionView>;
  endException(id: string): Promise<void>;
  waivers(): Promise<WaiverView[]>;
  waive(body: Schemas['NewScanWaiverInput']): Promise<WaiverView>;
  endWaiver(id: string): Promise<void>;
  scans(app: string): Promise<ScanView[]>;
  exportScans(app: string, format: 'sarif' | 'cyclonedx'): Promise<Record<string, unknown>>;
  database(): Promise<ScanDatabaseView>;
  importDatabase(path: string): Promise<ScanDatabaseView>;
  rotateKey(): Promise<{ resealed: number }>;
  secrets(app: string): Promise<SecretView[]>;
  setSecret(
    app: string,
    name: string,
    body: Schemas['SecretValueInput'],
  ): Promise<{ secret: SecretView; operation: OperationView | null }>;
  removeSecret(app: string, name: string): Promise<void>;
};

export function createAdmissionCalls(ask: Ask, client: ApiClient): AdmissionCalls {
  const of = (app: string) => ({ params: { path: { app } } });
  return {
    check: async (body) => ask((signal) => client.POST('/api/v1/admission:check', { body, signal })),
    records: async (app) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/admissions', { ...of(app), signal }))).items,
    policies: async () => ask((signal) => client.GET('/api/v1/admission/policies', { signal })),
    change: async (policy, body) => {
      const params = { path: { policy } };
      return ask((signal) => client.PATCH('/api/v1/admission/policies/{policy}', { params, body, signal }));
    },
    exceptions: async () =>
      (await ask((signal) => client.GET('/api/v1/admission/exceptions', { signal }))).items,
    except: async (body) => ask((signal) => client.POST('/api/v1/admission/exceptions', { body, signal })),
    endException: async (id) => {
      const params = { path: { id } };
      await ask((signal) => client.DELETE('/api/v1/admission/exceptions/{id}', { params, signal }));
    },
    waivers: async () => (await ask((signal) => client.GET('/api/v1/scan-waivers', { signal }))).items,
    waive: async (body) => ask((signal) => client.POST('/api/v1/scan-waivers', { body, signal })),
    endWaiver: async (id) => {
      const params = { path: { id } };
      await ask((signal) => client.DELETE('/api/v1/scan-waivers/{id}', { params, signal }));
    },
    scans: async (app) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/scans', { ...of(app), signal }))).items,
    exportScans: async (app, format) => {
      const params = { path: { app }, query: { format } };
      return ask((signal) => client.GET('/api/v1/apps/{app}/scans:export', { params, signal }));
    },
    database: async () => ask((signal) => client.GET('/api/v1/scan-database', { signal })),
    importDatabase: async (path) =>
      ask((signal) => client.POST('/api/v1/scan-database:import', { body: { path }, signal })),
    rotateKey: async () => ask((signal) => client.POST('/api/v1/secret-key:rotate', { signal })),
    secrets: async (app) =>
      (await ask((signal) => client.GET('/api/v1/apps/{app}/secrets', { ...of(app), signal }))).items,
    setSecret: async (app, name, body) => {
      const params = { path: { app, name } };
      return ask((signal) => client.PUT('/api/v1/apps/{app}/secrets/{name}', { params, body, signal }));
    },
    removeSecret: async (app, name) => {
      const params = { path: { app, name } };
      await askForNothing(ask, (signal) =>
        client.DELETE('/api/v1/apps/{app}/secrets/{name}', { params, signal }),
      );
    },
  };
}
