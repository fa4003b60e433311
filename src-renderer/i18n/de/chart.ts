import type { Same } from '../../../src-i18n/fill.ts';
import type * as en from '../en/chart.ts';

export const chart: Same<typeof en.chart> = {
  asTable: 'Als Tabelle',
};
