// The books of a provider that has sold for long: so many leases that are over, each with its request, its payment and, one in ten, a
// refund; and a few that run.
import type Database from 'better-sqlite3';

export const RUNNING = 20;
const OWNERS = 500;
const PORTS = 31_000;

/** Into tables that are empty. `now`: epoch milliseconds, by which the last was sold. */
export function fillBooks(db: Database.Database, leases: number, now: number): void {
  const hex = (n: number, of: string) => (of + n.toString(16)).padStart(64, '0');
  const spec = JSON.stringify({
    id: 'basic',
    name: 'Basic',
    description: 'One core',
    cpuMillicores: 1000,
    memoryMiB: 1024,
    diskMiB: 1024,
  });
  const lease = db.prepare(
    `INSERT INTO paygress_leases (job, box, owner, way, workload, state, spec, image, rate_msat, paid_msat, created_at, started_at,
      paid_until, due_at, ended_as) VALUES (?, ?, ?, 'nip04', ?, ?, ?, 'sandbox', 50, 3000000, ?, ?, ?, ?, ?)`,
  );
  const request = db.prepare(
    "INSERT INTO paygress_requests (id, owner, way, kind, asked_at, at, token, job, reply) VALUES (?, ?, 'nip04', 'spawn', ?, ?, ?, ?, '')",
  );
  const payment = db.prepare(
    `INSERT INTO paygress_payments (fingerprint, job, request, kind, state, msat, mint, unit, at)
      VALUES (?, ?, ?, 'spawn', 'used', 3000000, 'https://mint.example', 'sat', ?)`,
  );
  const refund = db.prepare(
    `INSERT INTO paygress_refunds (job, request, msat, why, state, made_msat, told, due_at, at)
      VALUES (?, ?, 1000, 'evicted', 'made', 1000, 1, ?, ?)`,
  );
  const port = db.prepare("INSERT INTO paygress_ports (port, job, box_port, label) VALUES (?, ?, 8080, 'http')");
  db.transaction(() => {
    for (let job = 1; job <= leases; job++) {
      const runs = job > leases - RUNNING;
      const at = now - (leases - job) * 60_000;
      const owner = hex(job % OWNERS, 'a');
      const until = runs ? now + job * 1000 : at + 60_000;
      const state = runs ? 'active' : 'closed';
      const as = runs ? null : job % 10 === 0 ? 'evicted' : 'done';
      lease.run(job, `lease-${job}`, owner, `workload-${job}`, state, spec, at, at, until, until, as);
      request.run(hex(job, 'b'), owner, Math.floor(at / 1000), at, hex(job, 'c'), job);
      payment.run(hex(job, 'd'), job, hex(job, 'b'), at);
      if (as === 'evicted') refund.run(job, hex(job, 'b'), at, at);
      if (runs) port.run(PORTS + (leases - job), job);
    }
  })();
}
