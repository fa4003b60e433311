import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { multipart, type Part } from '../../../../src-main/backends/inference/multipart.ts';

/** Read back by the platform, which shares nothing with what wrote it. */
async function readBack(parts: readonly Part[]) {
  const { body, contentType } = multipart(parts);
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  return Promise.all(
    [...form].map(async ([name, value]) =>
      typeof value === 'string'
        ? { name, content: value }
        : {
            name,
            content: Buffer.from(await value.arrayBuffer()),
            file: { name: value.name, type: value.type },
          },
    ),
  );
}

const HOSTILE = [
  '',
  '\r\n',
  '\r\n--',
  '--',
  'a\r\nContent-Disposition: form-data; name="model"\r\n\r\nevil',
  '"; filename="x',
  '\u0000\u0001\u2028',
  'Grüße 你好 🎉',
];

describe('a form', () => {
  it('is read back as it was, whatever its contents', async () => {
    const file = { name: 'audio.wav', type: 'audio/wav' };
    const parts: Part[] = [
      ...HOSTILE.map((content, i) => ({ name: `field${i}`, content })),
      { name: 'list[]', content: 'a' },
      { name: 'list[]', content: 'b' },
      { name: 'file', content: Buffer.from([0, 13, 10, 45, 45, 255, 254]), file },
    ];
    expect(await readBack(parts)).toEqual(parts);
  });

  it('survives contents that hold the boundary of another form, or of itself with less in it', async () => {
    const first = multipart([{ name: 'prompt', content: 'x' }]);
    const nested: Part[] = [{ name: 'prompt', content: first.body.toString() }];
    expect(await readBack(nested)).toEqual(nested);
    const delimiter = (form: { contentType: string }) => `\r\n--${form.contentType.split('boundary=')[1]}--\r\n`;
    let content = 'x';
    // Each try knows the boundary of the one before; knowing its own would take a hash that holds itself.
    for (let i = 0; i < 20; i++) {
      const form = multipart([{ name: 'prompt', content }]);
      expect(content).not.toContain(delimiter(form).trim());
      content += delimiter(form);
    }
    expect(await readBack([{ name: 'prompt', content }])).toEqual([{ name: 'prompt', content }]);
  });

  it('is read back as it was, for any contents', async () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9_.-]{0,20}(?:\[\])?$/);
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom(...HOSTILE));
    const bytes = fc.uint8Array({ maxLength: 300 }).map((raw) => Buffer.from(raw));
    const part = fc.oneof(
      fc.record({ name: word, content: text }),
      fc.record({
        name: word,
        content: bytes,
        file: fc.record({ name: word, type: fc.constantFrom('audio/wav', 'audio/mpeg') }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        expect(await readBack(parts)).toEqual(parts);
      }),
      { numRuns: 200 },
    );
  });

  it('has a boundary that servers take: short, and of plain characters', () => {
    const { contentType } = multipart([{ name: 'a', content: 'b' }]);
    expect(contentType).toMatch(/^multipart\/form-data; boundary=[a-z0-9-]{1,70}$/);
  });

  it.each(['a"b', 'a\r\nb', 'a\nb', 'a;b', 'a b', '', 'ä', 'a\u0000'])('is not made with the name %j', (name) => {
    expect(() => multipart([{ name, content: '' }])).toThrow(TypeError);
    expect(() => multipart([{ name: 'file', content: '', file: { name, type: 'audio/wav' } }])).toThrow(TypeError);
    expect(() => multipart([{ name: 'file', content: '', file: { name: 'a', type: name } }])).toThrow(TypeError);
  });
});
