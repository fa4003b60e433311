// What is agreed to by joining FIPS. Without zod: the pages take the version from here.

export const fipsConsent = {
  version: 2,
  sends:
    'What your own programs send to other nodes, sealed from end to end. Traffic of others only if you choose to be a router for them, within the limits that you set.',
  pays: 'Nothing, to anybody. It connects your own computers.',
  costs: 'Your line, and a little power.',
  sees: 'Each neighbour learns this computer’s key, its address on the Internet, and how much passes between the two of you. Routers on the way learn the addresses of both ends in the mesh, and not what is said. Nostr relays that you name learn this computer’s address, its key and which keys it looks for, and STUN servers its address; what it says at relays of where it is, anybody can read.',
  runs: 'Nobody: a mesh has no operator. Whoever knows an address of this computer can ask to be its neighbour, unless you name those who may.',
} as const;
