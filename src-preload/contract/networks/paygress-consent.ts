// What is agreed to by joining Paygress. Without zod: the pages take the version from here.

export const paygressConsent = {
  version: 1,
  sends:
    'Requests from strangers to run programs of their own here, each in a container, for as long as they have paid for. What runs in there is theirs, and they reach it from the Internet.',
  pays: 'Ecash in sats, in advance, at the price that you set. It is in a wallet here until you pay it out.',
  costs:
    'The processor time, memory and disk that you offer, power, and your line. A container shares the kernel of this computer: a fault in it may let a program out.',
  sees: 'Relays see your public key, your offer, and when you are there. Customers see the address of this computer. Your provider sees what containers do on your line as if you did it.',
  runs: 'The operators of your relays pass messages on, and those of your mints hold the ecash until you pay it out.',
} as const;
