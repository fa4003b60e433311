import type { Same } from '../../../src-i18n/fill.ts';
import type * as en from '../en/fields.ts';

export const fields: Same<typeof en.fields> = {
  between: 'Eine Zahl von {{least, number}} bis {{most, number}}.',
  whole: 'Eine ganze Zahl von {{least, number}} bis {{most, number}}.',
  holding: 'Weiter halten',
};
