// The desktop app around the engine, put together in order. Each part has a file of its own.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, clipboard, ipcMain, nativeTheme, powerMonitor, session } from 'electron';
import { systemClock } from '../base/clock.ts';
import { toHearthError } from '../base/errors.ts';
import { systemRandom } from '../base/random.ts';
import { spelled } from '../command/spelled.ts';
import type { Engine, EngineOptions, StopOptions } from '../engine/engine.ts';
import { knownFoldersFile } from '../engine/folders.ts';
import { consoleVerbs } from '../faces/console-verbs.ts';
import { IN_FRONT } from '../faces/dispatch.ts';
import { type Faces, gatherFaces } from '../faces/gather.ts';
import { attachIpc } from '../faces/ipc.ts';
import { createSocketFace } from '../faces/socket.ts';
import { loadAssets } from '../faces/static.ts';
import { type Frame, isOwnFrame } from './addresses.ts';
import { setAppMenu } from './app-menu.ts';
import { ownProgram, ownWords } from './command.ts';
import { type Console, createConsole } from './console.ts';
import { fail } from './fail.ts';
import { Follow, type Slices, settingIn } from './follow.ts';
import { keychain, keychainView } from './keychain.ts';
import { lateLogger } from './late-logger.ts';
import { placeOf } from './links.ts';
import { BACKGROUND } from './login/item.ts';
import { createLogin, openedByLogin } from './login/opening.ts';
import { createTelling } from './notices/telling.ts';
import { openNode } from './open-node.ts';
import { servePages, startScheme } from './pages.ts';
import { askPassphrase } from './passphrase/ask.ts';
import { watchPower } from './power.ts';
import { createQuitting } from './quit/quitting.ts';
import { ReleaseKeys } from './release-keys.ts';
import { Side } from './side.ts';
import type { Handover, Start } from './start.ts';
import { trayHost } from './tray/host.ts';
import { sentenceOf } from './tray/menu.ts';
import { TrayIcon } from './tray/tray.ts';
import { createTrayActions } from './tray-actions.ts';
import { createUpdating } from './updates/updating.ts';
import { denyPermissions, guardAll, guardDownloads } from './window/guards.ts';
import { removeWindow } from './window/remove.ts';
import { MainWindow } from './window/window.ts';
import { systemHours } from './words/hours.ts';
import { wordsFor } from './words/words.ts';

const { platform } = process;
const own = { clock: systemClock, random: systemRandom };

/** The app as the entry sees it: other starts and links come in here. */
export interface Desktop {
  /** A second start of the app has given way to this one. */
  handedOver(from: Handover): void;
  /** After `ready`. Never rejects: what goes wrong is shown. */
  start(): Promise<void>;
}

export function createDesktop(dataDir: string, start: Start): Desktop {
  const { flags } = start;
  const folder = join(dataDir, 'window');
  const pages = join(import.meta.dirname, '../renderer');
  const log = lateLogger();
  const { logger } = log;
  const follow = new Follow();
  const slices = () => follow.now;
  const hours = () => systemHours(platform, process.env, app.getSystemLocale());
  const words = () =>
    wordsFor(settingIn(slices(), 'ui.language') ?? 'system', app.getPreferredSystemLanguages(), hours());
  const setting = <P extends Parameters<typeof settingIn>[1]>(path: P) => settingIn(slices(), path);
  const sentence = () => sentenceOf(slices(), words(), own.clock.now());
  const show = (place?: string) => {
    // Before there is a window: what it will begin with.
    if (window === undefined) wanted = { place: place ?? wanted?.place };
    else window.show(place);
  };
  const seen = () => window?.focused ?? false;
  let window: MainWindow | undefined;
  let wanted: { readonly place: string | undefined } | undefined = start.background ? undefined : { place: undefined };
  let engine: Engine | undefined;
  let faces: Faces | undefined;
  let pageAsked = false;
  /** Its pages in a browser: there before anything asks for them. */
  const browser = Promise.withResolvers<Console>();
  /** What was opened, to be closed in reverse. */
  const undo: (() => unknown)[] = [];

  const quitting = createQuitting({
    ...own,
    logger,
    slices,
    words,
    window: () => window?.native,
    tray: () => side.tray,
    onChange: (listener) => follow.on(() => listener()),
    drain: () => engine?.drain(),
    stop,
    end: () => app.quit(),
    close: () => window?.close(),
    remember: (value) => void faces?.dispatch('settings.set', { path: 'desktop.closeKeepsServing', value }, IN_FRONT),
  });
  const { quit } = quitting;
  const telling = createTelling({ ...own, logger, slices, words, sentence, open: show, seen });
  const updating = createUpdating({
    ...own,
    logger: logger.child('updates'),
    dataDir,
    practice: flags.practice,
    words,
    mode: () => setting('desktop.updates') ?? 'off',
    metered: async () => engine?.metered(),
    quiet: () => isIdle(slices()) && !seen(),
    finish: () => quit.finish(),
    args: () => [...ownWords(flags), ...(window?.contents ? [] : [BACKGROUND])],
    tell: (version, byItself) => {
      telling.news('updates', words().notices.update(version, byItself), '#/settings/updates');
    },
    changed: () => side.changed(),
  });
  const login = createLogin(
    {
      ...own,
      logger,
      practice: flags.practice,
      command: [ownProgram(), ...ownWords(flags)],
      changed: () => side.changed(),
      failed: () => telling.news('needsYou', words().notices.loginFailed, '#/settings/general'),
    },
    folder,
  );
  const side: Side = new Side({
    hours: hours(),
    login: () => login.view(),
    updates: () => updating.view(),
    releaseKeys: () => releaseKeys.state,
    checkForUpdate: () => updating.updates.check(),
    installUpdate: () => updating.updates.install(),
    newPassphrase: () => askPassphrase({ ...own, words }, 'new'),
  });
  const deed = createTrayActions({
    dispatch: () => faces?.dispatch,
    words,
    open: show,
    quit: () => void quit.request(),
    copy: (text) => void clipboard.writeText(text),
    tell: (notice) => telling.answer(notice),
    seen,
  });
  const tray = new TrayIcon({ ...own, platform, slices, words, deed });
  const releaseKeys = new ReleaseKeys({
    logger,
    pressed: () => deed({ kind: 'release' }),
    changed: () => side.changed(),
  });

  /** Everything but the process, in reverse. Never rejects. */
  async function stop(how?: StopOptions): Promise<void> {
    updating.updates.stop();
    updating.trial.leave();
    telling.stop();
    await engine?.stop(how);
    for (const step of undo.splice(0).toReversed()) await step();
  }

  /** What the shell shows follows the slices, as the pages do. */
  function changed(noun: string): void {
    tray.render();
    telling.look();
    if (noun !== 'settings') return;
    nativeTheme.themeSource = setting('ui.theme') ?? 'system';
    setAppMenu(words(), { platform, quit: () => void quit.request() });
    releaseKeys.use(setting('desktop.releaseKeys') ?? '');
    login.want(setting('desktop.openAtLogin') ?? false);
    updating.updates.modeChanged();
  }

  async function run(): Promise<void> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    startScheme();
    servePages(await loadAssets(pages));
    guardAll(logger);
    denyPermissions(session.defaultSession);
    guardDownloads(session.defaultSession);
    setAppMenu(words(), { platform, quit: () => void quit.request() });
    app.on('before-quit', (event) => {
      if (quit.ended) return;
      event.preventDefault();
      void quit.request();
    });
    // Sent from outside, so it asks no question: a session that ends sends these too.
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => void quit.shutdown());
    // Without a window it serves on: closing one has its own question.
    app.on('window-all-closed', () => {});
    app.on('activate', () => show());
    if (!(await updating.mayStart())) return app.exit(0);
    tray.render();
    undo.push(() => tray.stop());
    engine = await openNode(
      { ...own, words },
      engineOptions(dataDir, start, side, async () => (await browser.promise).face()),
    );
    log.open(engine.logger.child('shell'));
    await serve(engine);
  }

  async function serve(node: Engine): Promise<void> {
    faces = gatherFaces(own, node);
    const inBrowser = createConsole(faces, pages, spelled('confirm', flags));
    browser.resolve(inBrowser);
    const verbs = consoleVerbs({ face: () => inBrowser.face(), visit: (id, at) => node.visit(id, at) });
    const socket = createSocketFace({ ...faces, verbs }, { dataDir });
    window = new MainWindow({ ...own, logger, mayClose: () => quitting.mayClose(), focusChanged: () => {} }, folder);
    const detach = attachIpc({
      ...faces,
      ipcMain,
      isTrusted(event: { senderFrame: Frame | null }) {
        const own = isOwnFrame(event.senderFrame);
        pageAsked ||= own;
        return own;
      },
      windows: () => [window?.contents ?? []].flat(),
    });
    const { stop: stopFaces } = faces;
    undo.push(
      detach,
      stopFaces,
      () => inBrowser.stop(),
      () => socket.stop(),
    );
    node.onFatal((error) => void failed(error));
    node.onEnded(ended);
    undo.push(
      watchPower({
        platform,
        suspend: (on) => node.suspend(on),
        look: (...rules) => node.look(...rules),
        unlocked: () => {
          tray.again();
          node.unlocked();
        },
        shutdown: () => void quit.shutdown(),
      }),
      () => releaseKeys.stop(),
    );
    await socket.start();
    const following = follow.start(faces);
    undo.push(follow.on(changed), following.off);
    await following.ready;
    if (start.link !== undefined) show(placeOf(start.link));
    else if (wanted) show(wanted.place);
    void Promise.all([trayHost(platform), keychainView()]).then(([host, chain]) => {
      side.know({ tray: host, keychain: chain });
    });
    await node.start();
    updating.trial.watch({
      hold(until) {
        node.trial(until);
        side.changed();
      },
      well: isWell,
      failed: () => void stop({ drainMs: 0 }).then(() => failed(new Error('the new version does not work here'))),
    });
    updating.updates.start();
    login.want(setting('desktop.openAtLogin') ?? false, { byLogin: openedByLogin(start.atLogin) });
  }

  /** It answers, and where there is a window, the page in it has come as far as to ask for something. */
  async function isWell(): Promise<boolean> {
    const reply = await faces?.dispatch('node.get', undefined, IN_FRONT);
    return reply?.ok === true && (window?.native === undefined || pageAsked);
  }

  /** The node was removed: the window keeps its last page until it is closed. */
  function ended(): void {
    tray.stop();
    // Chromium writes into its folder to the last.
    app.once('quit', () => removeWindow(dataDir));
    if (window?.native === undefined) void quit.request();
    else window.letGo(() => void quit.request());
  }

  async function failed(thrown: unknown): Promise<void> {
    if (quit.underWay) return;
    if (toHearthError(thrown).category === 'cancelled') app.exit(0);
    else if (await updating.offerBack()) app.exit(0);
    else fail(thrown);
  }

  return {
    start: () => run().catch(failed),
    handedOver({ link, background, atLogin }) {
      if (atLogin) login.opened();
      if (!background) show(placeOf(link));
    },
  };
}

/** No task or job would be cut short. Leases outlast a restart. */
function isIdle({ node }: Slices): boolean {
  return node !== undefined && node.working + node.jobs === 0;
}

function engineOptions(
  dataDir: string,
  { flags }: Start,
  desktop: Side,
  pages: NonNullable<EngineOptions['pages']>,
): EngineOptions {
  return {
    dataDir,
    mode: 'desktop',
    practice: flags.practice,
    logLevel: flags.logLevel,
    autoDetect: true,
    keychain,
    desktop,
    pages,
    ...(flags.practice ? {} : { known: knownFoldersFile() }),
    // Linux has several ways to tell, and the engine knows them; here there is this one.
    ...(platform === 'linux' ? {} : { sensors: { idle: IDLE } }),
  };
}

const IDLE: NonNullable<NonNullable<EngineOptions['sensors']>['idle']> = {
  everyMs: 5000,
  read: async () => ({ ok: true, value: { seconds: powerMonitor.getSystemIdleTime() } }),
};
