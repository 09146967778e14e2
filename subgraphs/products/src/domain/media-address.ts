/** Pictures that this service holds are kept as paths, so that they are found wherever it is reached. */
const MEDIA_PATH = '/media/';

/** What clients see. @param baseUrl Origin under which they reach this service. */
export const toMediaAddress = (url: string, baseUrl: string): string =>
  url.startsWith('/') ? `${baseUrl}${url}` : url;

/** What is kept of an address that clients saw. */
export function fromMediaAddress(address: string, baseUrl: string): string {
  const own = new URL(`${baseUrl}${MEDIA_PATH}`).href;
  return address.startsWith(own) ? `${MEDIA_PATH}${address.slice(own.length)}` : address;
}
