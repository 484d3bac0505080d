import { z } from 'zod';
import type { Store } from '../core/port/store.ts';
import type { Finding, ImageSecret, Misconfiguration, ScanReport } from '../core/scan/scan.ts';
import { jsonColumn } from './column.ts';
import type { Database } from './database.ts';

const finding = z.object({
  id: z.string(),
  severity: z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN']),
  package: z.string(),
  installed: z.string(),
  fixed: z.string().nullable(),
  title: z.string(),
  url: z.string().nullable(),
}) satisfies z.ZodType<Finding>;

const severity = z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN']);
const imageSecret = z.object({
  rule: z.string(),
  title: z.string(),
  severity,
  file: z.string().nullable(),
  line: z.number(),
}) satisfies z.ZodType<ImageSecret>;
const misconfiguration = z.object({
  id: z.string(),
  severity,
  title: z.string(),
  message: z.string(),
  fix: z.string(),
  url: z.string().nullable(),
}) satisfies z.ZodType<Misconfiguration>;

const scanRow = z
  .object({
    imageId: z.string(),
    state: z.enum(['clean', 'findings', 'nothing-recognised', 'no-database', 'failed']),
    packages: z.int(),
    findings: jsonColumn(z.array(finding)),
    secrets: jsonColumn(z.array(imageSecret)).nullable(),
    misconfigurations: jsonColumn(z.array(misconfiguration)).nullable(),
    sbom: z.string().nullable(),
    scanner: z.string(),
    databaseAt: z.int().nullable(),
    reason: z.string().nullable(),
    isEndOfLife: z.int().transform((value) => value === 1),
    startedAt: z.int(),
    tookMs: z.int(),
  })
  .transform(({ isEndOfLife, secrets, misconfigurations, ...scan }) => ({
    ...scan,
    ...(secrets === null ? {} : { secrets }),
    ...(misconfigurations === null ? {} : { misconfigurations }),
    ...(isEndOfLife ? { isEndOfLife } : {}),
  })) satisfies z.ZodType<ScanReport>;

/** Earlier scans of the same image that are kept; an SBOM can be megabytes. */
const keptPerImage = 5;

export function createScanRepository(db: Database): Store['scans'] {
  return {
    record: (report) => {
      db.transaction(() => {
        db.run(
          `INSERT INTO scans (image_id, state, packages, findings, sbom, scanner, database_at, reason, started_at,
             took_ms, is_end_of_life, secrets, misconfigurations)
           VALUES (:imageId, :state, :packages, :findings, :sbom, :scanner, :databaseAt, :reason, :startedAt, :tookMs,
             :isEndOfLife, :secrets, :misconfigurations)`,
          {
            ...report,
            findings: JSON.stringify(report.findings),
            secrets: report.secrets === undefined ? null : JSON.stringify(report.secrets),
            misconfigurations:
              report.misconfigurations === undefined ? null : JSON.stringify(report.misconfigurations),
            tookMs: Math.round(report.tookMs),
            isEndOfLife: report.isEndOfLife === true ? 1 : 0,
          },
        );
        db.run(
          `DELETE FROM scans WHERE image_id = :imageId AND id NOT IN (
             SELECT id FROM scans WHERE image_id = :imageId ORDER BY id DESC LIMIT :kept)`,
          { imageId: report.imageId, kept: keptPerImage },
        );
      });
    },
    find: (imageId) =>
      db.get(
        scanRow,
        `SELECT image_id AS imageId, state, packages, findings, sbom, scanner, database_at AS databaseAt, reason,
           is_end_of_life AS isEndOfLife, secrets, misconfigurations, started_at AS startedAt, took_ms AS tookMs
         FROM scans WHERE image_id = :imageId ORDER BY id DESC LIMIT 1`,
        { imageId },
      ),
  };
}
