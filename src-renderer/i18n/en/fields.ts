/** What controls say of themselves, wherever they are: what is wrong with what was typed, and what a held one waits for. */
export const fields = {
  between: 'A number from {{least, number}} to {{most, number}}.',
  whole: 'A whole number from {{least, number}} to {{most, number}}.',
  holding: 'Keep holding',
};
