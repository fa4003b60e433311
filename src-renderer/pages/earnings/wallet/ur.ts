// A text in parts that fit a QR code each, as Cashu wallets read them (NUT-16): a multi-part UR of type `bytes` (BCR-2020-005,
// BCR-2024-001). These are the parts that the first round of its fountain consists of: shown in turn, again and again, they are all
// that a reader needs. Pure.
import { encode } from 'cborg';

/** The first and the last letter of each of the 256 Bytewords (BCR-2020-012, minimal style). */
const BYTEWORDS =
  'aeadaoaxaaahamatayasbkbdbnbtbabsbebybgbwbbbzcmchcscfcycwcecackctcxclcpcndkdadsdidedtdrdndwdpdmdldyeheyeoeeecenemetesftfrfnfsfmfh' +
  'fzfpfwfxfyfefgflfdgagegrgsgtglgwgdgygmgughgohfhghdhkhthphhhlhyhehnhsidiaieihiyioisinimjejzjnjtjljojsjpjkjykpkoktkskkknkgkekikblb' +
  'lalylflslrlplnltloldlelulklgmnmymhmemomumwmdmtmsmknlnyndnsntnnnenboyoeotoxonolospdptpkpypspmplpepfpaprqdqzrerprlrorhrdrkrfryrnrs' +
  'rtsesasrssskswstspsosgsbsfsntotktitttdtetytltbtstptatnuyuoutueurvtvyvovlvevwvavdvswlwdwmwpwewywswtwnwzwfwkykynylyaytzszoztzczezm';

/** Bytes of the text in one part: its code has some 65 dots a side, which a telephone still reads off a screen. */
export const PART_BYTES = 150;

/** The text's parts, as many as it takes. */
export function partsOf(text: string): readonly string[] {
  const message = encode(new TextEncoder().encode(text));
  const count = Math.ceil(message.length / PART_BYTES);
  const size = Math.ceil(message.length / count);
  const checksum = crc32(message);
  return Array.from({ length: count }, (_, n) => {
    const fragment = new Uint8Array(size);
    fragment.set(message.subarray(n * size, (n + 1) * size));
    return `ur:bytes/${n + 1}-${count}/${wordsOf(encode([n + 1, count, message.length, checksum, fragment]))}`;
  });
}

/** With their checksum behind them. */
function wordsOf(bytes: Uint8Array): string {
  const sum = crc32(bytes);
  const whole = [...bytes, sum >>> 24, (sum >>> 16) & 255, (sum >>> 8) & 255, sum & 255];
  return whole.map((byte) => BYTEWORDS.slice(byte * 2, byte * 2 + 2)).join('');
}

const POLYNOMIAL = 0xedb88320;

/** CRC-32 (ISO 3309). */
function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? POLYNOMIAL : 0);
  }
  return ~crc >>> 0;
}
