/** What lies on each shelf. Titles are unique: slugs are made from them. Append only. */
import { DOWNLOAD_SHELVES } from './shelves-downloads.ts';
import { HOME_SHELVES } from './shelves-home.ts';
import { OUTDOOR_SHELVES } from './shelves-outdoor.ts';
import { TECH_SHELVES } from './shelves-tech.ts';
import { WEAR_SHELVES } from './shelves-wear.ts';

export interface SampleOption {
  readonly code: string;
  readonly values: readonly string[];
  /** How many of them one product has. */
  readonly take: number;
  /** Each value costs this many per cent more than the one before. */
  readonly stepPercent?: number;
}

export type Icon =
  | 'shoe'
  | 'boot'
  | 'jacket'
  | 'shirt'
  | 'tent'
  | 'bag'
  | 'pot'
  | 'cup'
  | 'lamp'
  | 'headphones'
  | 'speaker'
  | 'keyboard'
  | 'book'
  | 'wave';

export interface SampleShelf {
  /** Slug of its category. */
  readonly category: string;
  readonly kind: 'PHYSICAL' | 'DIGITAL';
  readonly icon: Icon;
  /** Of the pictures' background, 0 to 359. */
  readonly hue: number;
  /** Of a PHYSICAL one; `parcel` without it. */
  readonly shippingClass?: string;
  /** In front of SKUs. */
  readonly code: string;
  readonly brands: readonly string[];
  /** Lowest and highest base price in whole euro. */
  readonly euro: readonly [number, number];
  readonly options: readonly SampleOption[];
  readonly attributes: Readonly<Record<string, readonly string[]>>;
  /** One of each is put together to a description. */
  readonly sentences: readonly (readonly string[])[];
  readonly titles: readonly string[];
}

export const SAMPLE_SHELVES: readonly SampleShelf[] = [
  ...WEAR_SHELVES,
  ...OUTDOOR_SHELVES,
  ...HOME_SHELVES,
  ...TECH_SHELVES,
  ...DOWNLOAD_SHELVES,
];
