import type { NodeView } from '../../../src-preload/contract/node.ts';
import { Disclosure } from '../../components/disclosure.tsx';
import { Reason } from '../../components/reason.tsx';
import { quoted } from '../../format/text.ts';
import type { Key } from '../../i18n/keys.ts';
import { useText } from '../../i18n/use-text.ts';

const holders: ReadonlyMap<string, Key> = new Map([
  ['file', 'home.holder.file'],
  ['passphrase', 'home.holder.passphrase'],
  ['keychain', 'home.holder.keychain'],
]);

/** The small print: which program this is, where its data lies, and how its parts are. */
export function About({ node, now }: { node: NodeView; now: number }) {
  const { t, f } = useText();
  const holder = holders.get(node.keyHolder);
  return (
    <footer className="space-y-1 px-1 pb-2 text-xs leading-5 text-soft">
      <p>
        {t('home.about', {
          version: quoted(node.version, 32),
          since: f.clock(node.startedAt, now),
          folder: quoted(node.dataFolder, 200),
          holder: holder ? t(holder) : quoted(node.keyHolder, 64),
        })}
      </p>
      {node.services.length > 0 && (
        <Disclosure title={t('home.parts')}>
          <ul className="space-y-0.5">
            {node.services.map(({ name, state, since, reason }) => (
              <li key={name}>
                {t('home.partSince', {
                  name: quoted(name, 64),
                  state: t(`state.service.${state}`),
                  since: f.clock(since, now),
                })}
                {reason && (
                  <>
                    . <Reason reason={reason} />
                  </>
                )}
              </li>
            ))}
          </ul>
        </Disclosure>
      )}
    </footer>
  );
}
