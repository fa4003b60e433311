// The beginnings of real files, for tests: what a decoder would look at first.

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));

/** MPEG 1, layer III, 128 kbit/s, 44.1 kHz. */
const FRAME = [0xff, 0xfb, 0x90, 0x64, 0, 0, 0, 0];

export const SOUNDS = {
  wav: bytes('RIFF', [36, 0, 0, 0], 'WAVEfmt ', [16, 0, 0, 0, 1, 0, 1, 0]),
  mp3: bytes(FRAME),
  opus: bytes('OggS', Array<number>(24).fill(0), 'OpusHead', [1, 1]),
  ogg: bytes('OggS', Array<number>(24).fill(0), [1], 'vorbis'),
  flac: bytes('fLaC', [0, 0, 0, 34]),
  aac: bytes([0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc]),
  m4a: bytes([0, 0, 0, 32], 'ftypM4A ', [0, 0, 2, 0]),
  webm: bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f], 'B\x86\x81\x01'),
} as const;

/** An ID3 tag of `size` bytes, then what it stands before. */
export const tagged = (behind: Buffer, size = 300, flags = 0): Buffer =>
  Buffer.concat([
    bytes('ID3', [4, 0, flags, 0, 0, size >> 7, size & 0x7f]),
    Buffer.alloc(size, 'http://10.0.0.1/'),
    Buffer.alloc(flags & 0x10 ? 10 : 0, '3DI'),
    behind,
  ]);

/** What decoders open too, and then fetch what it names. */
export const NO_SOUND: Readonly<Record<string, Buffer>> = {
  'a play list': bytes('#EXTM3U\n#EXTINF:1,\nhttp://10.0.0.1/a.ts\n'),
  'a play list behind a tag': tagged(bytes('#EXTM3U\nhttp://10.0.0.1/a.ts\n')),
  'a tag that ends nowhere': tagged(Buffer.alloc(0)).subarray(0, 40),
  'a session description': bytes('v=0\no=- 0 0 IN IP4 10.0.0.1\nc=IN IP4 10.0.0.1\n'),
  'a list of files': bytes("ffconcat version 1.0\nfile '/etc/passwd'\n"),
  'a web page': bytes('<!doctype html><script src="http://10.0.0.1/">'),
  'an address': bytes('http://10.0.0.1/a.wav'),
  'RIFF of another kind': bytes('RIFF', [36, 0, 0, 0], 'AVI LIST'),
  'a frame with a reserved version': bytes([0xff, 0xeb, 0x90, 0x64]),
  'a frame with a reserved rate': bytes([0xff, 0xfb, 0x9c, 0x64]),
  'a frame with a bad bit rate': bytes([0xff, 0xfb, 0xf0, 0x64]),
  'an ADTS frame with a reserved rate': bytes([0xff, 0xf1, 0x7c, 0x80]),
  'one byte': bytes([0xff]),
};
