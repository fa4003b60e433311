import { cut } from '../format/text.ts';

/**
 * Text that others had a hand in: shown as text, cut to a bound, and set apart so that its direction marks cannot reorder
 * what stands beside it.
 */
export function Text({ value, most = 160 }: { value: string; most?: number }) {
  return <bdi>{cut(value, most)}</bdi>;
}
