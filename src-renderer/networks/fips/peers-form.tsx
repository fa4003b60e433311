import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useBusy } from '../../busy.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { Select } from '../../components/select.tsx';
import { Text } from '../../components/text.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, useSetting } from '../../settings.ts';
import { askFips } from './ask.ts';
import { nameOf } from './names.ts';

const PATH = 'networks.fips.peers';
const MOST_PEERS = 128;

/** The peers that are set, each with its addresses. */
export function Peers() {
  const { t } = useText();
  const peers = useSetting(PATH) ?? [];
  const [, remove] = useBusy(
    async (npub: string) => void (await changeSetting(PATH, (set) => set.filter((one) => one.npub !== npub))),
  );
  if (peers.length === 0) return <p className="text-soft">{t('networks.fips.peers.none')}</p>;
  return (
    <ul aria-label={t('networks.fips.peers.title')} className="divide-y divide-line">
      {peers.map(({ npub, alias, addresses }) => (
        <li key={npub} className="flex items-center justify-between gap-3 py-2">
          <div className="min-w-0">
            <p className="font-medium break-words">{nameOf({ npub, alias: alias ?? null })}</p>
            {addresses.map(({ transport, addr }) => (
              <p key={`${transport} ${addr}`} className="text-xs break-all text-soft">
                {transport.toUpperCase()} <Text value={addr} most={120} />
              </p>
            ))}
          </div>
          <IconButton
            icon={Trash2}
            label={t('networks.fips.peers.remove', { name: nameOf({ npub, alias: alias ?? null }) })}
            onClick={() => remove(npub)}
          />
        </li>
      ))}
    </ul>
  );
}

type Transport = 'udp' | 'tcp' | 'tor';
const ALIAS = /^(?!npub1)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;

/** Another computer by its key and an address. An address more of one that is set joins the others. */
export function AddPeer() {
  const { t, say } = useText();
  const [npub, setNpub] = useState('');
  const [addr, setAddr] = useState('');
  const [alias, setAlias] = useState('');
  const [transport, setTransport] = useState<Transport>('udp');
  const [problem, setProblem] = useState<string>();
  const typed = (set: (value: string) => void) => (value: string) => {
    set(value);
    setProblem(undefined);
  };
  const [busy, add] = useBusy(async () => {
    const key = npub.trim();
    const name = alias.trim();
    const wrong = await askFips('look', { npub: key, addr: addr.trim() });
    if (wrong) return setProblem(say(wrong).message);
    if (name !== '' && !ALIAS.test(name)) return setProblem(t('networks.fips.peers.badAlias'));
    const address = addr.trim() === '' ? [] : [{ transport, addr: addr.trim(), priority: 100 }];
    const taken = await changeSetting(PATH, (peers) => {
      const known = peers.find((one) => one.npub === key);
      if (known) {
        const more = { ...known, addresses: [...known.addresses, ...address].slice(0, 8) };
        return peers.map((one) => (one === known ? more : one));
      }
      return [...peers, { npub: key, addresses: address, connect: true, ...(name !== '' && { alias: name }) }].slice(
        0,
        MOST_PEERS,
      );
    });
    if (!taken) return;
    setNpub('');
    setAddr('');
    setAlias('');
  });
  return (
    <div className="space-y-3">
      <Field label={t('networks.fips.peers.npub')} help={t('networks.fips.peers.npubHelp')} error={problem}>
        {(control) => <Input {...control} value={npub} most={80} onChange={typed(setNpub)} />}
      </Field>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,10rem),1fr))] gap-3">
        <Field label={t('networks.fips.peers.address')} help={t('networks.fips.peers.addressHelp')}>
          {(control) => <Input {...control} value={addr} most={300} onChange={typed(setAddr)} onEnter={() => add()} />}
        </Field>
        <Field label={t('networks.fips.peers.transport')}>
          {(control) => (
            <Select<Transport>
              {...control}
              value={transport}
              onChange={setTransport}
              options={[
                { value: 'udp', title: 'UDP' },
                { value: 'tcp', title: 'TCP' },
                { value: 'tor', title: 'Tor' },
              ]}
            />
          )}
        </Field>
        <Field label={t('networks.fips.peers.alias')}>
          {(control) => <Input {...control} value={alias} most={63} onChange={typed(setAlias)} />}
        </Field>
      </div>
      <Button icon={Plus} busy={busy} onClick={() => npub.trim() !== '' && add()}>
        {t('networks.fips.peers.add')}
      </Button>
    </div>
  );
}
