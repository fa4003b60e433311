// Backups as files of the user's: out of the data folder in pieces, and into it.
import { PIECE_BYTES } from '../../src-preload/contract/backup.ts';
import { engine } from '../bridge/index.ts';
import { saveBlob } from '../files.ts';

/** How much of a file has crossed, from 0 to 1. */
export type OnShare = (share: number) => void;

/** Hands a backup that lies in the data folder to the browser to be saved. */
export async function saveBackup(name: string, onShare: OnShare): Promise<void> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const piece: { data: string; bytes: number; next: number | null } = await engine().ask('backup.read', {
      name,
      offset,
    });
    pieces.push(bytesOf(piece.data));
    onShare(piece.next === null ? 1 : piece.next / piece.bytes);
    offset = piece.next;
  }
  saveBlob(name, new Blob(pieces, { type: 'application/octet-stream' }));
}

/** Puts a file of the user's into the data folder; answers its name there. */
export async function receiveBackup(file: File, onShare: OnShare): Promise<string> {
  const { name } = await engine().ask('backup.receive', { bytes: file.size });
  for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
    const piece = new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
    await engine().ask('backup.write', { name, offset, data: textOf(piece) });
    onShare(Math.min(1, (offset + PIECE_BYTES) / file.size));
  }
  return name;
}

/** As many characters as fit into one call. */
const AT_ONCE = 32_768;

function textOf(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += AT_ONCE) {
    binary += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE));
  }
  return btoa(binary);
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
