// Questions in the system's own boxes.

import { type BrowserWindow, dialog } from 'electron';
import type { Question } from './words/words.ts';

/** Answers the index of the button; the last one is what closing the box means. One box at a time is the caller's business. */
export async function choose(
  { message, detail }: Question,
  buttons: readonly string[],
  over: BrowserWindow | undefined,
): Promise<number> {
  const options = {
    type: 'question' as const,
    title: 'Hearth',
    message,
    detail,
    buttons: [...buttons],
    defaultId: 0,
    cancelId: buttons.length - 1,
    noLink: true,
  };
  const { response } = await (over && !over.isDestroyed() && over.isVisible()
    ? dialog.showMessageBox(over, options)
    : dialog.showMessageBox(options));
  return response;
}
