/** Product pictures, drawn: a gradient in the shelf's colour, a plain icon and the title. */
import type { Icon } from './sample-shelves.ts';

export const PICTURE_SIZE = 800;

/** Paths in a box of 100 by 100, drawn in the foreground colour; `#` stands for the accent. */
const ICONS: Readonly<Record<Icon, string>> = {
  shoe: '<path d="M8 66V44c8 4 16 2 22-6l6-8 12 14c8 8 18 11 30 13 9 2 14 5 14 13v4z"/><path fill="#" d="M8 74h84v6H8z"/>',
  boot: '<path d="M26 14h28v34c4 6 14 8 26 10 8 1 12 6 12 14H26z"/><path fill="#" d="M24 74h70v9H24zM54 22h8v5h-8zm0 10h9v5h-9z"/>',
  jacket:
    '<path d="M34 16h32l18 14 8 42H78l-4-22v36H26V50l-4 22H8l8-42z"/><path fill="#" d="M48 16h4v70h-4zM32 60h12v4H32zm24 0h12v4H56z"/>',
  shirt:
    '<path d="M34 18c6 8 26 8 32 0l22 14-10 18-8-4v38H30V46l-8 4-10-18z"/><path fill="#" d="M56 50h10v12H56z"/>',
  tent: '<path d="M50 16 94 82H6z"/><path fill="#" d="m50 42 20 40H30z"/>',
  bag: '<path d="M34 22a16 16 0 0 1 32 0h-7a9 9 0 0 0-18 0zM22 34a12 12 0 0 1 12-12h32a12 12 0 0 1 12 12v50H22z"/><path fill="#" d="M34 54h32v20H34zM30 42h40v4H30z"/>',
  pot: '<path d="M16 40h68v34a10 10 0 0 1-10 10H26a10 10 0 0 1-10-10zM4 44h10v8H4zm82 0h10v8H86z"/><path fill="#" d="M14 30h72v6H14zm30-8h12v6H44z"/>',
  cup: '<path d="M18 38h52v26a20 20 0 0 1-20 20H38a20 20 0 0 1-20-20zM72 44h6a11 11 0 0 1 0 22h-8v-7h7a4 4 0 0 0 0-8h-5z"/><path fill="#" d="M32 14h5v16h-5zm12-4h5v20h-5zm12 4h5v16h-5z"/>',
  lamp: '<path d="M36 14h28l16 36H20zM47 50h6v30h-6zM32 80h36v6H32z"/><circle fill="#" cx="50" cy="56" r="7"/>',
  headphones:
    '<path d="M14 60a36 36 0 0 1 72 0h-8a28 28 0 0 0-56 0z"/><rect fill="#" x="12" y="56" width="18" height="30" rx="7"/><rect fill="#" x="70" y="56" width="18" height="30" rx="7"/>',
  speaker:
    '<rect x="26" y="10" width="48" height="80" rx="6"/><circle fill="#" cx="50" cy="62" r="17"/><circle fill="#" cx="50" cy="30" r="8"/>',
  keyboard:
    '<rect x="6" y="30" width="88" height="42" rx="6"/><path fill="#" d="M14 38h9v8h-9zm14 0h9v8h-9zm14 0h9v8h-9zm14 0h9v8h-9zm14 0h16v8H70zM14 50h13v8H14zm18 0h9v8h-9zm14 0h9v8h-9zm14 0h9v8h-9zm14 0h12v8H74zM28 61h44v6H28z"/>',
  book: '<path d="M10 22c14-4 28-4 38 4v58c-10-8-24-8-38-4zm80 0c-14-4-28-4-38 4v58c10-8 24-8 38-4z"/><path fill="#" d="M18 36h22v4H18zm0 12h22v4H18zm42-12h22v4H60zm0 12h22v4H60z"/>',
  wave: '<path d="M8 44h6v12H8zm12-12h6v36h-6zm12-14h6v64h-6zm12 22h6v20h-6zm12-28h6v76h-6zm12 18h6v40h-6zm12 8h6v24h-6z"/><path fill="#" d="M4 49h92v2H4z"/>',
};

export interface Picture {
  readonly title: string;
  readonly subtitle: string;
  readonly icon: Icon;
  readonly hue: number;
  /** Turns the light, so that neighbours on a page differ. */
  readonly angle: number;
}

/** An SVG document without anything it would have to load. */
export function drawPicture({ title, subtitle, icon, hue, angle }: Picture): string {
  const accent = `hsl(${(hue + 32) % 360} 85% 62%)`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${PICTURE_SIZE} ${PICTURE_SIZE}" width="${PICTURE_SIZE}" height="${PICTURE_SIZE}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<defs><linearGradient id="g" gradientTransform="rotate(${angle} .5 .5)">`,
    `<stop stop-color="hsl(${hue} 62% 46%)"/><stop offset="1" stop-color="hsl(${(hue + 38) % 360} 58% 24%)"/>`,
    '</linearGradient></defs>',
    '<path fill="url(#g)" d="M0 0h800v800H0z"/>',
    `<circle cx="${400 + angle * 2}" cy="300" r="250" fill="#fff" opacity=".09"/>`,
    `<circle cx="${400 - angle * 3}" cy="420" r="360" fill="#fff" opacity=".05"/>`,
    `<g transform="translate(200 130) scale(4)" fill="#fff">${ICONS[icon].replaceAll('"#"', `"${accent}"`)}</g>`,
    '<g font-family="system-ui,sans-serif" fill="#fff" text-anchor="middle">',
    `<text x="400" y="655" font-size="${title.length > 20 ? 44 : 56}" font-weight="700">${escapeXml(title)}</text>`,
    `<text x="400" y="712" font-size="30" opacity=".8">${escapeXml(subtitle)}</text>`,
    '</g></svg>',
  ].join('');
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
