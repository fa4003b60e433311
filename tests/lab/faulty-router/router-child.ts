// A home router with faults that real ones have and the lab's daemon has not. `natlab.sh up --quirk LIST` starts it in `router`.
import { type RouterFacts, serveDatagrams } from './datagrams.ts';
import { serveIgd } from './igd.ts';
import { Quirks } from './quirks.ts';
import { Table } from './table.ts';

const [lan = '', address = '', list = ''] = process.argv.slice(2);
const quirks = new Quirks(list);
const facts: RouterFacts = { lan, external: quirks.text('ip') ?? address, quirks, table: new Table(quirks) };
if (!quirks.has('nopmp')) serveDatagrams(facts);
if (!quirks.has('noupnp')) serveIgd(facts);
setImmediate(() => console.log('ready', lan, facts.external, list));
