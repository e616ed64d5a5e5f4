/** Browsers whose way to allow the camera differs. */
export type BrowserKind = 'wechat' | 'ios' | 'firefox' | 'samsung' | 'chromium' | 'other';

/** Which browser this is, by its own words. Good for a hint alone: nothing depends on it. */
export function browserOf(userAgent: string): BrowserKind {
  if (/MicroMessenger/i.test(userAgent)) return 'wechat';
  if (/iPhone|iPad|iPod/.test(userAgent)) return 'ios';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/SamsungBrowser\//.test(userAgent)) return 'samsung';
  return /Chrom(e|ium)\//.test(userAgent) ? 'chromium' : 'other';
}
