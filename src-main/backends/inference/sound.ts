// Knows sound by its first bytes. Names and types that come with it are only claims: servers label what they make as what was
// asked for, and strangers as they like.

/** By the usual ending of a file's name. `ogg` holds anything but Opus. */
export type SoundFormat = 'wav' | 'mp3' | 'opus' | 'ogg' | 'flac' | 'aac' | 'm4a' | 'webm';

/** Media types; `pcm` is bare samples, which nothing tells. */
export const SOUND_TYPES: Readonly<Record<SoundFormat | 'pcm', string>> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  opus: 'audio/ogg',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
  m4a: 'audio/mp4',
  webm: 'audio/webm',
  pcm: 'audio/pcm',
};

/** Up to `length` bytes from `offset` on; fewer where the data end. */
export type ReadAt = (offset: number, length: number) => Buffer;

/** The bytes of base64 text, of which only the asked ones are decoded. */
export const inBase64 = (data: string): ReadAt => {
  return (offset, length) => {
    const skip = offset % 3;
    const start = ((offset - skip) / 3) * 4;
    return Buffer.from(data.slice(start, start + Math.ceil((skip + length) / 3) * 4), 'base64').subarray(
      skip,
      skip + length,
    );
  };
};

export const inBytes = (bytes: Buffer): ReadAt => {
  return (offset, length) => bytes.subarray(offset, offset + length);
};

/** Undefined for anything that does not begin as sound does. */
export function soundOf(read: ReadAt): SoundFormat | undefined {
  const head = read(0, 36);
  const says = (word: string, at = 0) => head.toString('latin1', at, at + word.length) === word;
  if (says('RIFF') && says('WAVE', 8)) return 'wav';
  if (says('OggS')) return says('OpusHead', 28) ? 'opus' : 'ogg';
  if (says('fLaC')) return 'flac';
  if (says('ftyp', 4)) return 'm4a';
  if (says('\x1a\x45\xdf\xa3')) return 'webm';
  if (!says('ID3')) return framesOf(head);
  // A tag can stand before anything: decoders look behind it, so we do.
  const behind = read(lengthOfTag(head), 4);
  return behind[0] === 0 ? 'mp3' : framesOf(behind);
}

/** ID3v2 section 3.1: seven bits of each byte count, without the header and, where there is one, the footer. */
function lengthOfTag(head: Buffer): number {
  const [flags = 0, ...size] = head.subarray(5, 10);
  return size.reduce((length, byte) => length * 128 + (byte & 0x7f), 0) + (flags & 0x10 ? 20 : 10);
}

/** The header of an MPEG audio frame (ISO 11172-3 section 2.4.1.3), or of an ADTS one, which is the same with layer nought. */
function framesOf([first, second = 0, third = 0]: Buffer): 'mp3' | 'aac' | undefined {
  if (first !== 0xff) return undefined;
  if ((second & 0xf6) === 0xf0) return (third & 0x3c) >> 2 < 13 ? 'aac' : undefined;
  const version = (second >> 3) & 3;
  const layer = (second >> 1) & 3;
  const plain = (second & 0xe0) === 0xe0 && version !== 1 && layer !== 0;
  return plain && third >> 4 !== 15 && ((third >> 2) & 3) !== 3 ? 'mp3' : undefined;
}
