import type { FieldPath, Problems } from './catalog-error.ts';
import type { MediaItem } from './model.ts';
import { readOptionalText } from './read-text.ts';
import { MEDIA_ALT } from './text-rules.ts';

const MAX_MEDIA = 50;
const MAX_PIXELS = 100_000;

export interface MediaItemInput {
  /** Http or https: the scalar refuses everything else. */
  readonly url: URL;
  readonly alt?: string | null;
  readonly width?: number | null;
  readonly height?: number | null;
}

export function readMedia(
  problems: Problems,
  field: FieldPath,
  media: readonly MediaItemInput[] | null | undefined,
): readonly MediaItem[] {
  const given = media ?? [];
  if (given.length > MAX_MEDIA) {
    problems.add('LIMIT_EXCEEDED', field, `At most ${MAX_MEDIA} pictures are kept for a product.`);
    return [];
  }
  return given.map((item, index) => {
    const at = [...field, String(index)];
    return {
      url: item.url.href,
      alt: readOptionalText(problems, [...at, 'alt'], item.alt, MEDIA_ALT),
      width: readPixels(problems, [...at, 'width'], item.width),
      height: readPixels(problems, [...at, 'height'], item.height),
    };
  });
}

function readPixels(problems: Problems, field: FieldPath, value: number | null | undefined): number | null {
  if (value === null || value === undefined) return null;
  if (value < 1 || value > MAX_PIXELS)
    problems.add('INVALID', field, `Use a size from 1 to ${MAX_PIXELS} pixels.`);
  return value;
}
