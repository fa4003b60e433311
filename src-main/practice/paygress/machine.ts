/** On offer where its user has set none: enough for the smallest templates. */
export const MACHINE = {
  id: 'practice',
  name: 'Practice',
  description: '',
  cpuMillicores: 500,
  memoryMiB: 1024,
  diskMiB: 5120,
  rateMsat: 1000,
};
