import type { SameKeys } from '@health-kit/ui';

const en = {
  staleTitle: 'Not up to date',
  stale: 'The newest state could not be loaded. What you see is from before.',
  offline: 'This computer is offline. What you see may be out of date, and nothing can be sent.',
};
const zh: SameKeys<typeof en> = {
  staleTitle: '内容可能不是最新',
  stale: '未能加载最新状态，当前显示的是之前的内容。',
  offline: '本机没有网络。当前内容可能不是最新，也无法提交。',
};
export const answersTexts = { en, zh };
