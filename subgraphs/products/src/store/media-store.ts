export interface StoredPicture {
  /** SHA-256 of the content, in hex: a picture never changes. */
  readonly id: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

export interface MediaStore {
  picture(id: string): Promise<StoredPicture | null>;
}
