/**
 * Files of checksummed frames: the journal and the snapshots share this format.
 *
 * A file starts with a header (magic, random salt, generation, CRC). A frame is magic, payload length,
 * sequence number, CRC32, payload; the CRC covers salt, sequence and payload, so bytes of another file,
 * or of an old one that happened to lie on the disk, never pass for a frame. A payload is a run of BSON documents.
 */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { decode } from '../bson/codec.ts';
import type { Doc } from '../bson/value.ts';

const FILE_MAGIC = Buffer.from('TRIBLOG1');
const FRAME_MAGIC = Buffer.from([0x9e, 0x54, 0x52, 0x46]);
export const FILE_HEADER_BYTES = 24;
const FRAME_HEADER_BYTES = 16;

export interface FileHeader {
  readonly salt: number;
  readonly generation: number;
}

export interface Frame {
  readonly sequence: number;
  readonly payload: Buffer;
  /** Offset of the byte after the frame. */
  readonly end: number;
}

export function createFileHeader(generation: number): { header: FileHeader; bytes: Buffer } {
  const bytes = Buffer.concat([FILE_MAGIC, randomBytes(8), Buffer.alloc(8)]);
  bytes.writeUInt32LE(generation, 16);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 20)), 20);
  return { header: readFileHeader(bytes) as FileHeader, bytes };
}

/** Undefined when the bytes are no header, or one that was cut short. */
export function readFileHeader(bytes: Buffer): FileHeader | undefined {
  if (bytes.length < FILE_HEADER_BYTES || !bytes.subarray(0, 8).equals(FILE_MAGIC)) return undefined;
  if (crc32(bytes.subarray(0, 20)) !== bytes.readUInt32LE(20)) return undefined;
  return { salt: crc32(bytes.subarray(8, 16)), generation: bytes.readUInt32LE(16) };
}

export function encodeFrame(header: FileHeader, sequence: number, parts: readonly Uint8Array[]): Buffer {
  const payload = Buffer.concat(parts);
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + payload.length);
  FRAME_MAGIC.copy(frame);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(sequence, 8);
  frame.writeUInt32LE(checksum(header, frame.subarray(4, 12), payload), 12);
  payload.copy(frame, FRAME_HEADER_BYTES);
  return frame;
}

/** The frame at that offset, or undefined when there is none that is whole and unharmed. */
export function readFrame(file: Buffer, header: FileHeader, offset: number): Frame | undefined {
  const start = offset + FRAME_HEADER_BYTES;
  if (start > file.length || !file.subarray(offset, offset + 4).equals(FRAME_MAGIC)) return undefined;
  const end = start + file.readUInt32LE(offset + 4);
  if (end > file.length) return undefined;
  const payload = file.subarray(start, end);
  if (checksum(header, file.subarray(offset + 4, offset + 12), payload) !== file.readUInt32LE(offset + 12))
    return undefined;
  return { sequence: file.readUInt32LE(offset + 8), payload, end };
}

/** Looks for an unharmed frame anywhere after the offset: the sign that damage is not just a torn end. */
export function findFrameAfter(file: Buffer, header: FileHeader, offset: number): number | undefined {
  for (let at = file.indexOf(FRAME_MAGIC, offset + 1); at >= 0; at = file.indexOf(FRAME_MAGIC, at + 1)) {
    if (readFrame(file, header, at)) return at;
  }
  return undefined;
}

/** The BSON documents of a payload, in order. */
export function* payloadDocuments(payload: Buffer): Generator<Doc> {
  for (let at = 0; at < payload.length;) {
    const end = at + payload.readInt32LE(at);
    yield decode(payload.subarray(at, end));
    at = end;
  }
}

function checksum(header: FileHeader, fields: Uint8Array, payload: Uint8Array): number {
  return crc32(payload, crc32(fields, header.salt));
}
