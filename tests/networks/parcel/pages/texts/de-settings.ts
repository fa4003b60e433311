// What the settings of the tests’ own network are for, in German.
export const settings: Readonly<Record<string, string>> = {
  'networks.parcel.enabled': 'Parcel beitreten: Pakete wiegen und Regale vermieten.',
  'networks.parcel.managerUrl': 'Der Verwalter, der Pakete vergibt.',
  'networks.parcel.shelves': 'Wie viele Regale zugleich vermietet sein dürfen.',
};
