// The page that asks for a passphrase: a form and nothing else. No script runs in it, so none can read what is typed.

import type { Words } from '../words/words.ts';

/** `backup`: that of a backup that is to be put back. */
export type Asking = 'known' | 'new' | 'backup';
/** Why it is asked again. */
export type Complaint = 'wrong' | 'differ' | 'tooShort';

const SHORTEST = 8;
/** Far above any passphrase, far below what would hurt. */
export const LONGEST_FORM = 16_384;

/** What a form says; undefined where it was cancelled. */
export function readForm(body: string, asking: Asking): { readonly words: string } | Complaint | undefined {
  const form = new URLSearchParams(body.slice(0, LONGEST_FORM));
  if (form.has('cancel')) return undefined;
  const words = form.get('words') ?? '';
  if (asking !== 'new') return { words };
  if (words !== form.get('again')) return 'differ';
  // By what a reader counts as characters; the holder of the key counts again.
  return Array.from(words).length < SHORTEST ? 'tooShort' : { words };
}

export function passphrasePage(asking: Asking, words: Words, complaint: Complaint | undefined): string {
  const { passphrase: say, locale } = words;
  const field = (name: string, label: string, first: boolean) =>
    `<label for="${name}">${text(label)}</label><input id="${name}" name="${name}" type="password" autocomplete="${
      asking === 'new' ? 'new-password' : 'current-password'
    }" required maxlength="1024"${first ? ' autofocus' : ''}${complaint && first ? ' aria-invalid="true" aria-describedby="complaint"' : ''}>`;
  const known = asking !== 'new';
  const why = asking === 'backup' ? say.askBackup : known ? say.ask : say.askNew;
  return `<!doctype html>
<html lang="${text(locale)}">
<head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${text(known ? say.title : say.newTitle)}</title><link rel="stylesheet" href="style.css"></head>
<body><main><form method="post" action="open">
<h1>${text(known ? say.title : say.newTitle)}</h1>
<p>${text(why)}</p>
${complaint ? `<p id="complaint" role="alert">${text(say[complaint])}</p>` : ''}
${field('words', known ? say.label : say.newLabel, true)}
${known ? '' : field('again', say.againLabel, false)}
<div><button type="submit">${text(known ? say.open : say.keep)}</button> <button type="submit" name="cancel" value="1" formnovalidate>${text(say.cancel)}</button></div>
</form></main></body></html>
`;
}

export const passphraseStyle = `:root { color-scheme: light dark; font: 14px/20px system-ui, sans-serif; }
body { margin: 0; background: light-dark(#f6f8f8, #101516); color: light-dark(#1a2223, #e6ecec); }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.125rem; line-height: 1.5rem; margin: 0 0 0.5rem; }
p { margin: 0 0 1rem; }
[role='alert'] { border-inline-start: 4px solid currentcolor; padding-inline-start: 0.75rem; font-weight: 600; }
label { display: block; font-weight: 500; margin-bottom: 0.25rem; }
input { display: block; box-sizing: border-box; width: 100%; min-height: 2rem; margin-bottom: 1rem; font: inherit; }
button { min-height: 2rem; padding: 0 1rem; font: inherit; }
:focus-visible { outline: 2px solid light-dark(#0f766e, #2dd4bf); outline-offset: 2px; }
`;

function text(value: string): string {
  return value.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? '');
}
