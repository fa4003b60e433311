// The worked vectors of the protocol, byte for byte, and every signature once more by a library that is none of ours.
import { createHash } from 'node:crypto';
import { Wallet as EthersWallet, recoverAddress, verifyMessage } from 'ethers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keccak256 } from '../../../../src-main/keys/keccak.ts';
import { callbackBody, nanosecondTime } from '../../../../src-main/networks/posemesh/dds/bodies.ts';
import { siweMessage } from '../../../../src-main/networks/posemesh/dds/siwe.ts';
import {
  artifactName,
  dataTypeOf,
  InputNames,
  logicalPath,
} from '../../../../src-main/networks/posemesh/storage/names.ts';
import { type UploadTarget, uploadFrame } from '../../../../src-main/networks/posemesh/storage/upload-body.ts';
import { personalDigest, Wallet } from '../../../../src-main/networks/posemesh/wallet/wallet.ts';
import { seededRandom } from '../../../support/random.ts';
import vectors from '../../../vectors/posemesh.json' with { type: 'json' };

const keyOf = (name: string) => vectors.wallets.find((wallet) => wallet.name === name)!.privateKey;
const walletOf = (name: string) => Wallet.of(keyOf(name));
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

describe('the vectors of posemesh', () => {
  it.each(vectors.wallets)('wallet $name has its address and its public key', ({ privateKey, address, publicKey }) => {
    const { address: found, publicKey: key } = Wallet.of(privateKey);
    expect([found, key]).toEqual([address, publicKey]);
  });

  it.each(vectors.siwe)(
    'log-in $name is one text, and signed',
    ({ wallet, challenge, bytes, sha256: sum, digest, signature }) => {
      const signer = walletOf(wallet);
      const text = siweMessage({ ...challenge, version: '1' }, signer.address);
      expect(Buffer.byteLength(text)).toBe(bytes);
      if (sum !== null) expect(sha256(text)).toBe(sum);
      expect(hex(personalDigest(text))).toBe(digest);
      expect(signer.personalSign(text)).toBe(signature);
    },
  );

  it('a personal signature is what it is', () => {
    const { wallet, text, signature } = vectors.personalSign;
    expect(walletOf(wallet).personalSign(text)).toBe(signature);
  });

  it.each(vectors.registrations)('registration $name is signed', ({ wallet, url, timestamp, digest, signature }) => {
    expect(hex(keccak256(Buffer.from(url + timestamp)))).toBe(digest);
    expect(walletOf(wallet).signPlain(url + timestamp)).toBe(signature);
  });

  it('a registration sends and signs the address as the URL standard writes it', () => {
    const wallet = walletOf('B');
    const registrant = { wallet, secret: 's', version: '1.2.3', capabilities: ['/a/v1'] };
    const [, , b2] = vectors.registrations;
    expect(callbackBody(registrant, 'https://node.example.com', Date.parse('2024-01-02T03:04:05Z'))).toEqual({
      url: b2!.url,
      version: '1.2.3',
      registration_credentials: 's',
      timestamp: b2!.timestamp,
      signature: b2!.signature,
      public_key: wallet.publicKey,
      capabilities: ['/a/v1'],
    });
    expect(nanosecondTime(Date.parse('2025-12-08T10:12:35.123Z'))).toBe('2025-12-08T10:12:35.123000000Z');
  });

  it.each(vectors.uploads)('an upload of $data is framed', ({ target, data, bytes, sha256: sum }) => {
    const { head, tail } = uploadFrame(target as UploadTarget, 'boundary');
    const body = Buffer.concat([head, Buffer.from(data), tail]);
    expect([body.length, sha256(body)]).toEqual([bytes, sum]);
  });

  it('results are named', () => {
    const { prefix, relative, task, logical, name, dataType } = vectors.names;
    expect(logicalPath(prefix, relative)).toBe(logical);
    expect([artifactName(logical, task), dataTypeOf(relative)]).toEqual([name, dataType]);
  });

  it.each(vectors.inputs)('an input is laid down at $path', ({ name, dataType, path }) => {
    const { folder, file } = new InputNames().next(name, dataType);
    expect(`datasets/${folder}/${file}`).toBe(path);
  });
});

describe('a signature', () => {
  const key = fc.integer({ min: 1, max: 2 ** 30 }).map((seed) => Wallet.newKey(seededRandom(seed)));

  it('of a text is what ethers signs and verifies, whatever the key and the text', async () => {
    await fc.assert(
      fc.asyncProperty(key, fc.string({ unit: 'grapheme' }), async (privateKey, text) => {
        const ours = Wallet.of(privateKey);
        const theirs = new EthersWallet(privateKey);
        const signature = ours.personalSign(text);
        expect(signature).toBe(await theirs.signMessage(text));
        expect(verifyMessage(text, signature).toLowerCase()).toBe(ours.address);
        expect(theirs.address.toLowerCase()).toBe(ours.address);
      }),
      { numRuns: 8 },
    );
  });

  it('of a registration leads ethers to the address of the wallet', () => {
    fc.assert(
      fc.property(key, fc.webUrl(), (privateKey, url) => {
        const ours = Wallet.of(privateKey);
        const {
          url: sent,
          timestamp,
          signature,
        } = callbackBody({ wallet: ours, secret: '', version: '1.0.0', capabilities: [] }, url, 1_700_000_000_000);
        expect(signature).toMatch(/^[0-9a-f]{128}0[01]$/);
        const v = (27 + Number(signature.slice(-2))).toString(16);
        const digest = `0x${hex(keccak256(Buffer.from(sent + timestamp)))}`;
        expect(recoverAddress(digest, `0x${signature.slice(0, 128)}${v}`).toLowerCase()).toBe(ours.address);
      }),
      { numRuns: 8 },
    );
  });
});

describe('a wallet key', () => {
  it.each(['', 'abc', '0'.repeat(64), 'f'.repeat(64), `${'a'.repeat(63)}g`, 'a'.repeat(66)])(
    'that is none is refused without being repeated: %s',
    (text) => {
      const refused = () => Wallet.of(text);
      expect(refused).toThrow(expect.objectContaining({ code: 'posemesh.key-invalid' }));
      if (text.length > 3) expect(refused).not.toThrow(text);
    },
  );

  it('may have 0x in front and spaces around it', () => {
    const [{ privateKey, address } = { privateKey: '', address: '' }] = vectors.wallets;
    expect(Wallet.of(` 0x${privateKey.toUpperCase()}\n`).address).toBe(address);
  });
});
