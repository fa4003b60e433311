// Whatever a neighbour sends, reading it ends soon and in nothing but an answer or the reader's own error. HEARTH_SOAK=1: a million.
import { expect, it } from 'vitest';
import { readDescription } from '../../../../src-main/reachability/upnp/description.ts';
import { readNotice } from '../../../../src-main/reachability/upnp/notices.ts';
import { readResult, SoapError } from '../../../../src-main/reachability/upnp/soap.ts';
import { readAnswer } from '../../../../src-main/reachability/upnp/ssdp.ts';
import { XmlError } from '../../../../src-main/reachability/upnp/xml.ts';
import { seededRandom } from '../../../support/random.ts';

const ROUNDS = process.env.HEARTH_SOAK === '1' ? 1_000_000 : 10_000;
const PLACE = { host: '192.168.77.1', port: 5000, path: '/d' };
const SERVICE =
  '<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType><controlURL>/c?a=1</controlURL></service>';
const SEEDS = [
  `<?xml version="1.0"?><root><URLBase>http://a/</URLBase><device><friendlyName>A &amp; &#65;</friendlyName>${SERVICE}</device></root>`,
  '<s:Envelope xmlns:s="x"><s:Body><u:DoResponse><New><![CDATA[x]]></New></u:DoResponse></s:Body></s:Envelope>',
  '<s:Envelope><s:Body><s:Fault><detail><UPnPError><errorCode>718</errorCode></UPnPError></detail></s:Fault></s:Body></s:Envelope>',
  'HTTP/1.1 200 OK\r\nLOCATION: http://192.168.77.1:5000/d\r\nST: urn:x:device:InternetGatewayDevice:1\r\n\r\n',
  'NOTIFY * HTTP/1.1\r\nLOCATION: http://192.168.77.1/d\r\nNTS: ssdp:alive\r\nNT: urn:x:device:WANDevice:1\r\nBOOTID.UPNP.ORG: 7\r\n\r\n',
].map((text) => Buffer.from(text));
const PIECES = [
  '<',
  '>',
  '</',
  '/>',
  '&',
  ';',
  '"',
  '<!--',
  '-->',
  '<![CDATA[',
  ']]>',
  '<!DOCTYPE',
  '\r\n',
  ':',
  '\0',
].concat('&lt;', '<a>', '&#x41;', 'http://[', '%');

it(`survives ${ROUNDS} random and mutated texts`, { timeout: 600_000 }, () => {
  const random = seededRandom(7);
  let answers = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = round % 8 === 0 ? random.bytes(random.int(64)) : mutated(random, SEEDS[round % SEEDS.length]!);
    answers += read(bytes);
  }
  // Some of it still makes sense, or nothing was tried.
  expect(answers).toBeGreaterThan(ROUNDS / 50);
  expect(answers).toBeLessThan(ROUNDS * 3);
});

function mutated(random: ReturnType<typeof seededRandom>, seed: Buffer): Buffer {
  let bytes = Buffer.from(seed);
  for (let times = random.int(3); times >= 0; times -= 1) {
    const at = random.int(bytes.length + 1);
    const to = Math.min(bytes.length, at + random.int(12));
    const kind = random.int(5);
    const piece = kind === 0 ? Buffer.from(PIECES[random.int(PIECES.length)]!) : random.bytes(kind === 1 ? 2 : 0);
    // Twice the same, something in between, or less of it.
    const middle = kind === 2 ? Buffer.concat([bytes.subarray(at, to), bytes.subarray(at, to)]) : piece;
    bytes = Buffer.concat([bytes.subarray(0, at), middle, bytes.subarray(kind === 0 ? at : to)]);
  }
  return bytes;
}

function read(bytes: Buffer): number {
  const text = bytes.toString('utf8');
  let answers = readAnswer(bytes, '192.168.77.1') ? 1 : 0;
  if (readNotice(bytes)) answers += 1;
  for (const status of [200, 500]) answers += attempt(() => readResult('Do', { status, body: text }));
  return (
    answers +
    attempt(() => {
      for (const { control } of readDescription(text, PLACE).services) {
        if (control.host !== PLACE.host) throw new Error('led away');
      }
    })
  );
}

function attempt(run: () => unknown): number {
  try {
    run();
    return 1;
  } catch (error) {
    if (error instanceof XmlError || error instanceof SoapError) return 0;
    throw error;
  }
}
