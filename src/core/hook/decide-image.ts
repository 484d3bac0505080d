import { CraneError } from '../error/crane-error.ts';
import { splitImageRef } from './image-ref.ts';

/** What a caller may say about the image: a whole reference, or only its tag or digest; nothing = the same name again. */
export type ImageWish = { image?: string; tag?: string; digest?: string };

/**
 * The image that a deploy hook brings to a service which runs `current` now. A hook is for new versions of what runs: another
 * repository is refused unless it was made for any. @throws input.invalid, auth.forbidden.
 */
export function decideImage(wish: ImageWish, current: string, isAnyImage: boolean): string {
  const said = [wish.image, wish.tag, wish.digest].filter((part) => part !== undefined);
  if (said.length > 1)
    throw new CraneError('input.invalid', {
      message: 'image, tag and digest say the same thing: give one of them',
      fix: 'Send {"tag":"1.2.3"}, or the whole {"image":"shop:1.2.3"}.',
      errors: [{ pointer: '/image', message: 'give one of image, tag and digest' }],
    });
  const { name, repository } = splitImageRef(current);
  if (wish.tag !== undefined) return `${name}:${wish.tag}`;
  if (wish.digest !== undefined) return `${name}@${wish.digest}`;
  if (wish.image === undefined) return current;
  const asked = splitImageRef(wish.image).repository;
  if (isAnyImage || asked === repository) return wish.image;
  throw new CraneError('auth.forbidden', {
    message: `This hook brings new versions of ${repository}, not ${asked}.`,
    fix: 'Make a hook that may bring any image: crane hook create APP --any-image',
  });
}
