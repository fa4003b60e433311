// One of each part that pages are made of, as markup.
import { Coins } from 'lucide-react';
import type { ReactElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { Reason as ReasonView } from '../../../src-preload/contract/define.ts';
import type { SettingView } from '../../../src-preload/contract/settings/index.ts';
import { Button, IconButton, LinkButton } from '../../../src-renderer/components/button.tsx';
import { Confirm } from '../../../src-renderer/components/confirm.tsx';
import { Copy } from '../../../src-renderer/components/copy.tsx';
import { Field } from '../../../src-renderer/components/field.tsx';
import { Input } from '../../../src-renderer/components/input.tsx';
import { Menu } from '../../../src-renderer/components/menu.tsx';
import { Popover } from '../../../src-renderer/components/popover.tsx';
import { Progress } from '../../../src-renderer/components/progress.tsx';
import { Reason } from '../../../src-renderer/components/reason.tsx';
import { Select } from '../../../src-renderer/components/select.tsx';
import { SettingList } from '../../../src-renderer/components/setting-list.tsx';
import { Slider } from '../../../src-renderer/components/slider.tsx';
import { Switch } from '../../../src-renderer/components/switch.tsx';
import { Table } from '../../../src-renderer/components/table.tsx';
import { Tabs } from '../../../src-renderer/components/tabs.tsx';
import { Text } from '../../../src-renderer/components/text.tsx';

const shown = (element: ReactElement) => renderToStaticMarkup(element);
const nothing = () => {};

export const text = (value: string, most?: number) =>
  shown(<Text value={value} {...(most !== undefined && { most })} />);
export const reason = (value: ReasonView) => shown(<Reason reason={value} />);
export const settingList = (setting: SettingView) => shown(<SettingList settings={[setting]} />);

export const field = (error?: string) =>
  shown(
    <Field label="Name" help="For you." error={error}>
      {(control) => <Input {...control} value="attic" onChange={nothing} />}
    </Field>,
  );

export const button = (busy: boolean) =>
  shown(
    <Button icon={Coins} busy={busy} onClick={nothing}>
      Pay
    </Button>,
  );
export const iconButton = () => shown(<IconButton label="Close" icon={Coins} onClick={nothing} />);
export const linkButton = () => shown(<LinkButton href="#/work">Open</LinkButton>);
export const copy = () => shown(<Copy text="x" />);
export const toggle = () => shown(<Switch label="Sharing" checked busy={false} onChange={nothing} />);
export const slider = () =>
  shown(<Slider label="Cores" value={4} min={0} max={16} text="4 of 16" onChange={nothing} />);
export const progress = () => shown(<Progress label="Update" share={0.25} figure="10 of 40 MB" />);
export const menu = () => shown(<Menu label="More" items={[{ id: 'a', title: 'Export', onSelect: nothing }]} />);
export const popover = () => shown(<Popover label="Why">Because.</Popover>);

export const tabs = () =>
  shown(<Tabs label="Parts" shown="a" onShow={nothing} tabs={[{ id: 'a', title: 'One', content: 'first' }]} />);

export const table = () =>
  shown(
    <Table
      caption="Sums"
      columns={[
        { id: 'name', title: 'Name', cell: (row: { name: string }) => row.name },
        { id: 'size', title: 'Size', figure: true, cell: () => '7' },
      ]}
      rows={[{ name: 'a' }]}
      rowKey={({ name }) => name}
    />,
  );

export const confirm = () =>
  shown(
    <Confirm title="Remove everything?" confirm="Remove 3 files" danger onConfirm={nothing} onCancel={nothing}>
      This can’t be undone.
    </Confirm>,
  );

export const select = () =>
  shown(
    <Select
      label="Which"
      value="b"
      options={[
        { value: 'a', title: 'First' },
        { value: 'b', title: 'Second' },
      ]}
      onChange={nothing}
    />,
  );
