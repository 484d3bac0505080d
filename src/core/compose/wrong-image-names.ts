import type { ComposeProject } from './compose-project.ts';
import type { Position } from './positions.ts';
import { placeOf, type ComposeProblem } from './report.ts';

const part = '[a-z0-9]+(?:(?:[.]|_{1,2}|-{1,20})[a-z0-9]+)*';
const label = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
/** What has neither a dot nor a port is no host but a part of the name. */
const host = `(?:(?:localhost|${label}(?:[.]${label})+|\\[[0-9a-fA-F:]{2,45}\\])(?::[0-9]{1,5})?|${label}:[0-9]{1,5})`;
/** The grammar of the OCI Distribution Specification, with a host before it and a tag and a digest behind. */
const name = new RegExp(
  `^(?:${host}/)?${part}(?:/${part})*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`,
);
const id = /^(?:sha256:)?[0-9a-f]{64}$/;
const longest = 255 + 129 + 72;

/** Whether a text can name an image at all. */
export function isImageName(text: string): boolean {
  return (
    text.length <= longest &&
    (name.test(text) || id.test(text)) &&
    (text.split(/[:@]/)[0] ?? '').length <= 255
  );
}

/** Images that no registry could have, told before anything is asked of one. */
export function wrongImageNames(
  project: ComposeProject,
  positions: ReadonlyMap<string, Position>,
): ComposeProblem[] {
  return Object.entries(project.services).flatMap(([service, { image }]) => {
    if (image === undefined || isImageName(image)) return [];
    return [
      {
        ...placeOf(['services', service, 'image'], positions),
        path: `services.${service}.image`,
        message: `${JSON.stringify(image.slice(0, 80))} is no name of an image`,
        fix: 'Write it as name:tag, host/name:tag, or name@sha256:… with 64 hex digits.',
      },
    ];
  });
}
