import type { SameKeys } from '@health-kit/ui';

const en = {
  none: 'Nobody has asked to end this system', noneText: 'The operator of the machine can ask. Then officers of different units must approve here before anything happens.',
  whatTitle: 'This ends the whole system',
  what: 'Every key of the system is destroyed and every record of a person is deleted, for good. Passes stop working, and nobody can undo it. Backups stay closed only if no copy of the key folder is left anywhere: read below what the operator says of copies. The ledger’s commitments and a signed certificate remain.',
  request: 'The request', state: 'State', states: { 'waiting-for-approvals': 'Waits for approvals', 'waiting-for-time': 'Approved, waits for its time', approved: 'Approved: the operator can end the system now' },
  copies: 'Copies of the key folder', copiesUnsaid: 'The operator has said nothing of copies.',
  reason: 'Reason', begun: 'Asked', earliest: 'Not before', approvals: 'Approvals', approvalsOf: '{{count}} of {{needed}}',
  who: 'Who has approved', nobody: 'Nobody yet.', at: 'When', you: 'you', statement: 'The statement that passkeys sign',
  decision: 'Your decision', ask: 'Officers of {{needed}} different units must approve. Doing nothing is enough if you do not agree.',
  approve: 'Approve the end…', sure: 'Approve the end of the system?', untilThen: 'Your approval can be withdrawn until the operator ends the system. Your passkey signs this very statement.',
  type: 'Type “{{word}}” to go on', word: 'destroy everything', wordWrong: 'Type exactly “{{word}}”', sign: 'Sign with my passkey',
  youApproved: 'You have approved.', withdraw: 'Withdraw my approval', sameUnit: 'Somebody of your unit has approved. Each approval must come from another unit.',
};
const zh: SameKeys<typeof en> = {
  none: '目前没有终止系统的请求', noneText: '请求由服务器的运维人员提出，须经不同部门的人员在此批准后才会执行。',
  whatTitle: '此操作将终止整个系统',
  what: '系统的所有密钥将被销毁，所有个人记录将被永久删除：健康码停止使用，且不可撤销。只有密钥文件夹的副本一份不留，备份才无法再打开；请看下方运维人员对副本的说明。保留账本的承诺值和一份签名的销毁证书。',
  request: '请求', state: '状态', states: { 'waiting-for-approvals': '等待批准', 'waiting-for-time': '已批准，等待期未满', approved: '已批准：运维人员现在可以终止系统' },
  copies: '密钥文件夹的副本', copiesUnsaid: '运维人员未对副本作出说明。',
  reason: '理由', begun: '提出时间', earliest: '最早执行时间', approvals: '批准', approvalsOf: '{{count}} / {{needed}}',
  who: '批准人', nobody: '尚无人批准。', at: '时间', you: '您', statement: '通行密钥所签的声明',
  decision: '您的决定', ask: '须有 {{needed}} 个不同部门的人员批准。如不同意，无需任何操作。',
  approve: '批准终止…', sure: '确定批准终止系统吗？', untilThen: '在运维人员终止系统之前，您可以撤回批准。您的通行密钥将对这份声明本身签名。',
  type: '请输入“{{word}}”以继续', word: '销毁全部数据', wordWrong: '请准确输入“{{word}}”', sign: '用通行密钥签名',
  youApproved: '您已批准。', withdraw: '撤回我的批准', sameUnit: '您的部门已有人批准；每份批准须来自不同部门。',
};
export const sunsetTexts = { en, zh };
