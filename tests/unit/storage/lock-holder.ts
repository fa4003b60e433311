// A process that takes the lock of a folder, says how that went and stays until it is told to end or killed.
import { lockDataFolder } from '../../../src-main/storage/lock.ts';

try {
  lockDataFolder(process.argv[2] ?? '');
  process.stdout.write('locked\n');
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code}\n`);
}
process.stdin.resume();
process.stdin.on('end', () => process.exit());
