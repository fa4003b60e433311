// A domain server that is no more than its sockets, for `npm run bench -- --transfer`: a download of made-up bytes in a form, and uploads
// in parts that are thrown away. Takes the size as its argument and prints its address.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const size = Number(process.argv[2]);
const PART = 64 * 1024 * 1024;
const PIECE = Buffer.alloc(1024 * 1024, 'made-up data ');
const HEAD = `--b\r\nContent-Disposition: form-data; id="1"; name="large"; data-type="bin"; size="${size}"\r\n\r\n`;

function download(res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'multipart/form-data; boundary=b' });
  res.write(HEAD);
  let left = size;
  const more = () => {
    while (left > 0) {
      const piece = PIECE.subarray(0, Math.min(left, PIECE.length));
      left -= piece.length;
      if (!res.write(piece)) return void res.once('drain', more);
    }
    res.end('\r\n--b--\r\n');
  };
  more();
}

const server = createServer({ requestTimeout: 0 }, (req, res) => {
  const json = (value: unknown) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  const path = req.url ?? '/';
  if (req.method === 'GET' && path.includes('name=')) return void json({ data: [] });
  if (req.method === 'GET') return download(res);
  req.resume();
  req.once('end', () => {
    if (path.includes('uploads')) json({ upload_id: 'u', part_size: PART });
    else json({ etag: 'e', id: '2' });
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })}\n`);
});
