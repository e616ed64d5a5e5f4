/** What comes over the wire to a page. */
import type { BrowserContext, CDPSession, Page } from '@playwright/test';

/** Counts the bytes of script that a page is sent, as they are sent: compressed, without the headers of the answers. */
export function countScripts(devtools: CDPSession): () => number {
  const scripts = new Set<string>();
  const bytes = new Map<string, number>();
  devtools.on('Network.responseReceived', ({ requestId, type }) => { if (type === 'Script') scripts.add(requestId); });
  devtools.on('Network.dataReceived', ({ requestId, encodedDataLength }) => bytes.set(requestId, (bytes.get(requestId) ?? 0) + encodedDataLength));
  return () => [...scripts].reduce((sum, requestId) => sum + (bytes.get(requestId) ?? 0), 0);
}

/** Makes a browser one that has never fetched anything of an origin, and still has its keys and records. */
export async function forgetFiles(context: BrowserContext, page: Page, origin: string): Promise<CDPSession> {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.clearBrowserCache');
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'service_workers,cache_storage' });
  return devtools;
}
