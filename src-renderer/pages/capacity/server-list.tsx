import { Cpu, Plus, Search } from 'lucide-react';
import type { BackendView } from '../../../src-preload/contract/backends.ts';
import type { ModelSetting } from '../../../src-preload/contract/settings/backends.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Empty } from '../../components/empty.tsx';
import { Placeholder } from '../../components/placeholder.tsx';
import { useText } from '../../i18n/use-text.ts';
import type { ServerSetting } from '../../parts/servers.ts';
import { Looked } from './looked.tsx';
import { Server } from './server.tsx';

const MOST_SERVERS = 32;

export interface ServerListProps {
  readonly backends: readonly BackendView[] | undefined;
  readonly servers: readonly ServerSetting[];
  readonly choices: readonly ModelSetting[];
  /** For all models, where a model has no limit of its own. */
  readonly maxTokens: number;
  readonly searching: boolean;
  readonly onSearch: () => void;
  readonly onAdd: () => void;
}

/** The model servers that do the work, and where was looked for them. */
export function ServerList({ backends, servers, searching, onSearch, onAdd, ...rest }: ServerListProps) {
  const { t } = useText();
  return (
    <Card
      title={t('capacity.backends')}
      aside={
        <div className="flex flex-wrap gap-2">
          <Button icon={Plus} onClick={onAdd}>
            {t('capacity.add')}
          </Button>
          <Button icon={Search} busy={searching} onClick={onSearch}>
            {t(searching ? 'capacity.searching' : 'capacity.searchAgain')}
          </Button>
        </div>
      }
    >
      {backends === undefined ? (
        <Placeholder lines={3} />
      ) : backends.length === 0 ? (
        <Empty icon={Cpu} title={t('capacity.empty')}>
          {t('capacity.emptyWhy')}
        </Empty>
      ) : (
        <ul aria-label={t('capacity.backends')} className="divide-y divide-line">
          {backends.slice(0, MOST_SERVERS).map((backend) => (
            <Server key={backend.id} backend={backend} all={backends} servers={servers} {...rest} />
          ))}
          {backends.length > MOST_SERVERS && (
            <li className="pt-3 text-soft">{t('frame.more', { count: backends.length - MOST_SERVERS })}</li>
          )}
        </ul>
      )}
      {backends !== undefined && <Looked searching={searching} />}
    </Card>
  );
}
