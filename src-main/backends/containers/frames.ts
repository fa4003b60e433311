// What a container says, out of the frames in which an engine sends its standard output and its standard error through one connection
// (Docker Engine API, "Attach to a container", stream format).

export interface Piece {
  readonly from: 'stdout' | 'stderr';
  readonly bytes: Uint8Array;
}

/** Stream, three bytes of nothing, length. */
const HEAD = 8;
const STDERR = 2;

export async function* unframed(connection: AsyncIterable<Uint8Array>): AsyncIterable<Piece> {
  let head = Buffer.alloc(0);
  let from: Piece['from'] = 'stdout';
  let left = 0;
  for await (const chunk of connection) {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const bytes = chunk.subarray(at, at + left);
        at += bytes.length;
        left -= bytes.length;
        yield { from, bytes };
        continue;
      }
      const more = chunk.subarray(at, at + HEAD - head.length);
      at += more.length;
      head = Buffer.concat([head, more]);
      if (head.length < HEAD) continue;
      from = head[0] === STDERR ? 'stderr' : 'stdout';
      left = head.readUInt32BE(4);
      head = Buffer.alloc(0);
    }
  }
}
