/** What is wrong with what was typed, wherever it is. */
export const fields = {
  between: 'A number from {{least, number}} to {{most, number}}.',
  whole: 'A whole number from {{least, number}} to {{most, number}}.',
};
