/** What a colour says; the word and the icon beside it say the same. */
export type Tone = 'good' | 'warn' | 'bad' | 'neutral';

export const toneText: Record<Tone, string> = {
  good: 'text-good',
  warn: 'text-warn',
  bad: 'text-bad',
  neutral: 'text-soft',
};

export const toneTint: Record<Tone, string> = {
  good: 'bg-good-tint',
  warn: 'bg-warn-tint',
  bad: 'bg-bad-tint',
  neutral: 'bg-sunken',
};
