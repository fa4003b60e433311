/**
 * A copy for as long as anybody likes, in memory of its own: Node cuts small buffers out of blocks of 64 KiB, each of which stays for as
 * long as any piece of it does.
 */
export function ownCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength);
  copy.set(bytes);
  return copy;
}
