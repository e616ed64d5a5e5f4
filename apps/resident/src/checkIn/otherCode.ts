/** Codes that people hold before the camera where a venue's is asked for. */
export const otherCodes = ['pass', 'certificate', 'guardian', 'chat', 'link', 'text'] as const;
export type OtherCode = (typeof otherCodes)[number];

const chatHosts = /^(?:[\w-]+\.)*(?:wechat\.com|weixin\.qq\.com|alipay\.com|wa\.me|t\.me|line\.me)$/;

/**
 * What a text is that is no venue code, by its form alone; nothing of it is opened or believed. `pass`: a health pass, on
 * a screen or on paper, or its face frame. `certificate`: an EU health certificate (HC1). `guardian`: the code by which
 * somebody is looked after. `chat`: of a messenger or a payment. `link`: any other web address.
 */
export function otherCodeOf(text: string): OtherCode {
  if (/^HK(?:P|F)?1:/.test(text)) return 'pass';
  if (text.startsWith('HC1:')) return 'certificate';
  if (/^(?:weixin|wxp|alipays?|tg|line):/i.test(text)) return 'chat';
  const url = webAddress(text);
  if (url === null) return 'text';
  if (url.pathname === '/records/dependants/new') return 'guardian';
  return chatHosts.test(url.hostname) ? 'chat' : 'link';
}

function webAddress(text: string): URL | null {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}
