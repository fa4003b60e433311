import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { FipsForward } from '../../../src-preload/contract/networks/fips-settings.ts';
import { useBusy } from '../../busy.ts';
import { Button, IconButton } from '../../components/button.tsx';
import { Field } from '../../components/field.tsx';
import { Input } from '../../components/input.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Select } from '../../components/select.tsx';
import { useText } from '../../i18n/use-text.ts';
import { changeSetting, saveSetting, useSetting } from '../../settings.ts';
import { type Peer, readForward, type TypedForward } from './forward-typed.ts';
import { nameOf } from './names.ts';

const PATH = 'networks.fips.forwards';

/** Ports that lead through the mesh, and the one by which programs reach all of it. */
export function Forwards() {
  const { t } = useText();
  const forwards = useSetting(PATH) ?? [];
  const socksPort = useSetting('networks.fips.socksPort');
  const saying = useSaying();
  const [, remove] = useBusy(
    async (gone: FipsForward) =>
      void (await changeSetting(PATH, (set) => set.filter((one) => one.kind !== gone.kind || one.port !== gone.port))),
  );
  return (
    <div className="space-y-3">
      <p className="max-w-prose text-soft">{t('networks.fips.forwards.means')}</p>
      {forwards.length > 0 && (
        <ul aria-label={t('networks.fips.forwards.title')} className="divide-y divide-line">
          {forwards.map((one) => (
            <li key={`${one.kind} ${one.port}`} className="flex items-center justify-between gap-3 py-2">
              <p className="min-w-0 break-words">{saying(one)}</p>
              <IconButton
                icon={Trash2}
                label={t('networks.fips.forwards.remove', { forward: saying(one) })}
                onClick={() => remove(one)}
              />
            </li>
          ))}
        </ul>
      )}
      <AddForward />
      <div className="max-w-sm">
        <NumberField
          label={t('networks.fips.forwards.socks')}
          help={t('networks.fips.forwards.socksHelp')}
          value={socksPort === 0 ? undefined : socksPort}
          least={1024}
          most={65_535}
          names
          empty={{
            means: t('networks.fips.forwards.noSocks'),
            onSave: () => void saveSetting('networks.fips.socksPort', 0),
          }}
          onSave={(port) => void saveSetting('networks.fips.socksPort', port)}
        />
      </div>
    </div>
  );
}

function usePeers(): readonly Peer[] {
  return useSetting('networks.fips.peers') ?? [];
}

function useSaying(): (forward: FipsForward) => string {
  const { t } = useText();
  const peers = usePeers();
  const named = (key: string) => {
    const alias = peers.find(({ npub }) => npub === key)?.alias;
    return key.startsWith('npub1') ? nameOf({ npub: key, alias: alias ?? null }) : key;
  };
  return (one) =>
    one.kind === 'out'
      ? t('networks.fips.forwards.out', { port: one.port, node: named(one.node), nodePort: one.nodePort })
      : t('networks.fips.forwards.in', {
          port: one.port,
          hostPort: one.hostPort,
          nodes: one.allow.map(named).join(', '),
        });
}

type Problem = Exclude<ReturnType<typeof readForward>, FipsForward> | 'taken';
const NOTHING: TypedForward = { kind: 'out', port: '', nodes: '', otherPort: '' };

function AddForward() {
  const { t } = useText();
  const peers = usePeers();
  const [typed, setTyped] = useState(NOTHING);
  const [problem, setProblem] = useState<Problem>();
  const change = (part: Partial<TypedForward>) => {
    setTyped({ ...typed, ...part });
    setProblem(undefined);
  };
  const [busy, add] = useBusy(async () => {
    const read = readForward(typed, peers);
    if (typeof read === 'string') return setProblem(read);
    let isTaken = false;
    const saved = await changeSetting(PATH, (set) => {
      isTaken = set.some(({ kind, port }) => kind === read.kind && port === read.port);
      return isTaken ? set : [...set, read];
    });
    if (isTaken) setProblem('taken');
    else if (saved) setTyped({ ...NOTHING, kind: typed.kind });
  });
  const { kind } = typed;
  const wrong = (...parts: readonly (typeof problem)[]) =>
    problem !== undefined && parts.includes(problem) ? t(`networks.fips.forwards.wrong.${problem}`) : undefined;
  return (
    <div className="space-y-3">
      <Field label={t('networks.fips.forwards.kind')}>
        {(control) => (
          <Select<FipsForward['kind']>
            {...control}
            value={kind}
            onChange={(chosen) => change({ kind: chosen })}
            options={[
              { value: 'out', title: t('networks.fips.forwards.kinds.out') },
              { value: 'in', title: t('networks.fips.forwards.kinds.in') },
            ]}
          />
        )}
      </Field>
      <div className="grid items-start gap-3 sm:grid-cols-2">
        <Field label={t(`networks.fips.forwards.port.${kind}`)} error={wrong('port', 'taken')}>
          {(control) => <Input {...control} value={typed.port} most={5} onChange={(port) => change({ port })} />}
        </Field>
        <Field label={t(`networks.fips.forwards.otherPort.${kind}`)} error={wrong('otherPort')}>
          {(control) => (
            <Input {...control} value={typed.otherPort} most={5} onChange={(otherPort) => change({ otherPort })} />
          )}
        </Field>
      </div>
      <Field
        label={t(`networks.fips.forwards.nodes.${kind}`)}
        help={t(`networks.fips.forwards.nodesHelp.${kind}`)}
        error={wrong('nodes')}
      >
        {(control) => (
          <Input
            {...control}
            value={typed.nodes}
            most={2000}
            onChange={(nodes) => change({ nodes })}
            onEnter={() => add()}
          />
        )}
      </Field>
      <Button icon={Plus} busy={busy} onClick={() => add()}>
        {t('networks.fips.forwards.add')}
      </Button>
    </div>
  );
}
