/** What every picture has. */
export const chart = {
  asTable: 'Show as table',
};
