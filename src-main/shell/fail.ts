import { app, dialog } from 'electron';
import { toHearthError } from '../base/errors.ts';

/** Says what is wrong and ends: for what the app can't start or go on without. */
export function fail(thrown: unknown): void {
  const { message, code } = toHearthError(thrown);
  process.stderr.write(`${message} [${code}]\n${thrown instanceof Error ? thrown.stack : ''}\n`);
  dialog.showErrorBox('Hearth', `${message}\n\n${code}`);
  app.exit(1);
}
