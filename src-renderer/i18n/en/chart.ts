/** What every picture has. */
export const chart = {
  asTable: 'As a table',
};
