import type * as en from '../en/fields.ts';
import type { Same } from '../keys.ts';

export const fields: Same<typeof en.fields> = {
  between: 'Eine Zahl von {{least, number}} bis {{most, number}}.',
  whole: 'Eine ganze Zahl von {{least, number}} bis {{most, number}}.',
};
