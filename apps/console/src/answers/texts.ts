import type { SameKeys } from '@health-kit/ui';

const en = {
  staleTitle: 'Not up to date',
  stale: 'The newest state could not be loaded. What you see is from before.',
  notAPassTitle: 'This is not a pass code', notAPass: 'Scan the large code on the resident’s pass, or on their printed pass.',
  notTakenTitle: 'This was not accepted', notTaken: 'Something in it is not valid here. Check what you entered, and try again.',
  offline: 'This computer is offline. What you see may be out of date, and nothing can be sent.',
};
const zh: SameKeys<typeof en> = {
  staleTitle: '内容可能不是最新',
  stale: '未能加载最新状态，当前显示的是之前的内容。',
  notAPassTitle: '这不是健康码', notAPass: '请扫描对方健康码页面或纸质健康码上的大二维码。',
  notTakenTitle: '未被接受', notTaken: '其中有内容在此无效。请检查所填内容后重试。',
  offline: '本机没有网络。当前内容可能不是最新，也无法提交。',
};
export const answersTexts = { en, zh };
