// nativeImage: a PNG's bytes, carried about but never looked at.
import { readFileSync } from 'node:fs';
import { naming } from './missing.ts';

export interface NativeImage {
  isEmpty(): boolean;
  toPNG(): Buffer;
  toDataURL(): string;
  getSize(): { width: number; height: number };
  resize(options: { width?: number; height?: number }): NativeImage;
  setTemplateImage(option: boolean): void;
  isTemplateImage(): boolean;
  addRepresentation(options: object): void;
}

/** Width and height stand at a fixed place of every PNG, in its IHDR chunk (PNG specification, 11.2.2). */
const sizeOf = (png: Buffer) =>
  png.length < 24 ? { width: 0, height: 0 } : { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };

export function image(png: Buffer = Buffer.alloc(0), size = sizeOf(png)): NativeImage {
  let template = false;
  return naming('NativeImage.prototype', {
    isEmpty: () => png.length === 0,
    toPNG: () => png,
    toDataURL: () => `data:image/png;base64,${png.toString('base64')}`,
    getSize: () => size,
    resize: ({ width = size.width, height = size.height }) => image(png, { width, height }),
    setTemplateImage: (option: boolean) => {
      template = option;
    },
    isTemplateImage: () => template,
    addRepresentation: (options: { dataURL?: string; buffer?: Buffer }) => {
      const [, base64] = options.dataURL?.split(',') ?? [];
      // The first is what an empty picture becomes; the others are the same in other sizes.
      if (png.length === 0) png = base64 ? Buffer.from(base64, 'base64') : (options.buffer ?? png);
    },
  });
}

export const nativeImage = naming('nativeImage', {
  createEmpty: () => image(),
  createFromBuffer: (buffer: Buffer) => image(buffer),
  createFromPath: (path: string) => image(readFileSync(path)),
  createFromDataURL: (url: string) => image(Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')),
});
