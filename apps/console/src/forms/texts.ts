import type { SameKeys } from '@health-kit/ui';

const en = {
  copy: 'Copy', copied: 'Copied', refused: 'The browser refused. Select the text and copy it.',
  cancel: 'Cancel', back: 'Back', change: 'Change', done: 'Done', close: 'Close',
};
const zh: SameKeys<typeof en> = {
  copy: '复制', copied: '已复制', refused: '浏览器不允许复制，请选中文字后手动复制。',
  cancel: '取消', back: '返回', change: '修改', done: '完成', close: '关闭',
};
export const formsTexts = { en, zh };
