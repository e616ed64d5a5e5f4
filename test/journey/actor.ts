import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions, type LaunchOptions, type Page } from '@playwright/test';
import { FakeCamera } from './fakeCamera.ts';

/** Debian's Chromium; the project downloads no browser. */
const executablePath = '/usr/bin/chromium';

/** Headless, also as root, and without the browser's own traffic to its maker. */
const quiet = [
  '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic',
];

/** Somebody with a browser and a camera of their own. */
export interface Actor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly camera: FakeCamera;
  /** Console errors and uncaught exceptions of the page so far; a journey ends with none. */
  readonly errors: readonly string[];
  leave(): Promise<void>;
}

const viewports = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } } as const;

/**
 * Opens a browser for one person: a phone or a desk, in Chinese or English, with a fake camera. In a private window
 * nothing is written to the disk; whoever measures asks for an `ordinary` one, which is what people have.
 */
export async function actor(options: { on: keyof typeof viewports; language: 'zh' | 'en'; timeZone?: string; window?: 'private' | 'ordinary' }): Promise<Actor> {
  const folder = mkdtempSync(join(tmpdir(), 'hk-actor-'));
  const camera = new FakeCamera(join(folder, 'camera.mjpeg'));
  writeFileSync(camera.file, blackFrame);
  const launch = {
    executablePath,
    args: [...quiet, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera.file}`],
  };
  const setting = {
    viewport: viewports[options.on],
    deviceScaleFactor: options.on === 'phone' ? 2 : 1,
    locale: options.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: options.timeZone ?? 'Asia/Shanghai',
    permissions: ['camera'],
  };
  const { context, close } = options.window === 'ordinary' ? await ordinaryWindow(join(folder, 'profile'), { ...launch, ...setting }) : await privateWindow(launch, setting);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error') errors.push(message.text()); });
  return {
    page, context, camera, errors,
    leave: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function privateWindow(launch: LaunchOptions, setting: BrowserContextOptions) {
  const browser = await chromium.launch(launch);
  return { context: await browser.newContext(setting), close: () => browser.close() };
}

async function ordinaryWindow(profile: string, options: LaunchOptions & BrowserContextOptions) {
  const context = await chromium.launchPersistentContext(profile, options);
  return { context, close: () => context.close() };
}

/** Gives a browser a platform authenticator, as a laptop with a fingerprint reader has one. */
export async function addPasskeyDevice(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
}

/** One black picture of 16 × 16, so that the camera has a film before the first is shot. */
const blackFrame = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
  'base64',
);
