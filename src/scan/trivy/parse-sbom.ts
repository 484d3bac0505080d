import { z } from 'zod';
import { parseJson } from '../../core/json/parse-json.ts';

const bom = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({
    tools: z
      .object({ components: z.array(z.object({ name: z.string(), version: z.string().optional() })) })
      .optional(),
  }),
  components: z
    .array(
      z.object({
        type: z.string(),
        name: z.string(),
        version: z.string().optional(),
        purl: z.string().optional(),
      }),
    )
    .default([]),
});

export type SbomFacts = {
  /** Libraries and operating system packages with a package URL. */
  packages: number;
  /** `alpine 3.20`; null when none was recognised. */
  operatingSystem: string | null;
  /** `trivy 0.74.0` */
  scanner: string;
};

/** What a CycloneDX document says; null when it is none. */
export function parseSbom(text: string): SbomFacts | null {
  const parsed = bom.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const { components, metadata } = parsed.data;
  const system = components.find((each) => each.type === 'operating-system');
  const tool = metadata.tools?.components.find((each) => each.name === 'trivy');
  return {
    packages: components.filter((each) => each.type === 'library' && each.purl !== undefined).length,
    operatingSystem: system === undefined ? null : [system.name, system.version ?? ''].join(' ').trim(),
    scanner: ['trivy', tool?.version ?? ''].join(' ').trim(),
  };
}
