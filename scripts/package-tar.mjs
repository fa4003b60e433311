// Writes a .tar.gz the same on every system: POSIX ustar with sorted names, no owners and one fixed time, so that the
// same files give the same bytes, and so that packing on Windows keeps the executable bits.
import { gzipSync } from 'node:zlib';

const BLOCK = 512;
/** 1980, the first year of zip files: some tools warn of a time of zero. */
const TIME_S = 315_532_800;
const FILE = '0';

/**
 * @param {{ path: string, bytes: Buffer, executable?: boolean }[]} files paths with slashes, at most 100 characters
 * @returns {Buffer} the whole archive
 */
export function tarGz(files) {
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const blocks = sorted.flatMap(({ path, bytes, executable }) => [
    header(path, bytes.length, executable ? 0o755 : 0o644),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

/** IEEE Std 1003.1, pax, "ustar Interchange Format". */
function header(path, size, mode) {
  if (path.length > 100 || !/^[\x20-\x7e]+$/.test(path)) throw new Error(`${path} is no name for a tar archive`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value, at, digits) => block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  block.write(path, 0, 'latin1');
  octal(mode, 100, 7);
  octal(0, 108, 7); // owner
  octal(0, 116, 7); // group
  octal(size, 124, 11);
  octal(TIME_S, 136, 11);
  block.write('        ', 148, 'latin1'); // the checksum counts itself as spaces
  block.write(FILE, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
