// Finding a program among those that come along. Pure.
import type { BundledPackage } from '../../../src-preload/contract/about.ts';

/** Those whose name or licence has every word of the text. */
export function packagesLike(packages: readonly BundledPackage[], text: string): readonly BundledPackage[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return packages.filter(({ name, licence }) => {
    const whole = `${name} ${licence}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  });
}
