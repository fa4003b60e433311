export const lantern = {
  boxes: 'Boxes',
  boxesAtOnce: 'Boxes at once',
  row_one: '{{count, number}} box shines',
  row_other: '{{count, number}} boxes shine',
  dark: 'Dark',
  bright: 'Bright',
  box: 'Box',
  event: { lit: 'Lit', dimmed_one: 'Dimmed', dimmed_other: 'Dimmed, {{count, number}} times' },
  consent: {
    sends: 'Programs of strangers, each in a box of its own.',
    costs: 'Cores, memory and disk, as far as you lend them.',
    sees: 'Keepers of lamps see which size of box you offer.',
    runs: 'Those who light lamps.',
  },
  promise: 'A box is erased when its time is over.',
};
