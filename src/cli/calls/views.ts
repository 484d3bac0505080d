import { z } from 'zod';
import type { Schemas } from '../client/client.ts';

export type { OperationEventView } from './parse-operation-event.ts';

/** What the control plane answers, by the names the commands use. */
export type AppView = Schemas['App'];
export type ServiceView = Schemas['Service'];
export type InstanceView = Schemas['Instance'];
export type StatusView = Schemas['Status'];
export type PartView = StatusView['parts'][number];
export type OperationView = Schemas['Operation'];
export type DecisionView = Schemas['Decision'];
export type ExplanationView = Schemas['Explanation'];
export type LoadReportView = Schemas['LoadReport'];
export type ReleaseView = Schemas['Release'];
export type ReleaseDiffView = Schemas['ReleaseDiff'];
export type HookView = Schemas['DeployHook'];
export type WebhookView = Schemas['Webhook'];
export type DeliveryView = Schemas['WebhookDelivery'];
export type PreviewView = Schemas['DeploymentPreview'];
export type BundleView = Schemas['Bundle'];
export type ComposeView = Schemas['ComposeChecked'];
export type InstancePortView = Schemas['InstancePort'];
export type InstanceProcessesView = Schemas['InstanceProcesses'];
export type UserView = Schemas['User'];
export type ImageView = Schemas['Image'];
export type WarningView = Schemas['Warning'];

const facts = z.record(z.string(), z.unknown());

/** One entry of the activity feed, as it comes in a stream. */
export const feedEvent = z.looseObject({
  seq: z.number(),
  at: z.number(),
  kind: z.string(),
  app: z.string().nullable(),
  text: z.string(),
  data: facts,
});
export type FeedEventView = z.infer<typeof feedEvent>;

/** One line that an instance wrote, as it comes in a stream. */
export const logLine = z.looseObject({
  instance: z.string(),
  stream: z.string(),
  at: z.number().nullable(),
  text: z.string(),
});
export type LogLineView = z.infer<typeof logLine>;

/** What the instances of an app use, answered once or in a stream. */
export const usageReport = z.looseObject({
  at: z.number(),
  instances: z
    .array(
      z.looseObject({
        instance: z.string(),
        service: z.string(),
        restarts: z.number(),
        usage: z
          .looseObject({
            cpuCores: z.number().nullable(),
            cpuPercent: z.number().nullable(),
            memoryBytes: z.number(),
            memoryLimitBytes: z.number().nullable(),
            memoryPercent: z.number().nullable(),
            receivedBytes: z.number(),
            sentBytes: z.number(),
            readBytes: z.number(),
            writtenBytes: z.number(),
            pids: z.number(),
          })
          .nullable(),
        missing: z.string().nullable(),
      }),
    )
    .readonly(),
});
export type UsageReportView = z.infer<typeof usageReport>;
export type InstanceUsageView = UsageReportView['instances'][number];
