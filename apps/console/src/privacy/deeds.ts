import type { SameKeys } from '@health-kit/ui';

/** What officers do, by the vault's name of the operation: for the table of what was refused. */
const en = {
  'present-pass-at-desk': 'Scanning a pass at the desk', 'prove-identity': 'Proving an identity', 'begin-move-confirmation': 'Looking at a move to another device to confirm it', 'confirm-move': 'Confirming a move to another device', 'present-pass-for-specimen': 'Taking a specimen',
  'register-at-desk': 'Registering somebody without a phone', 'issue-card': 'Making a card', 'end-card': 'Ending a card', 'link-at-desk': 'Linking a guardian at the desk',
  'read-letter-owner': 'Opening the letters of whoever shows a card', 'record-handing-over': 'Handing over letters',
  'list-appeals': 'Listing appeals', 'open-appeal': 'Reading an appeal', 'answer-appeal': 'Answering an appeal',
  'begin-trace': 'Tracing a case', 'close-case': 'Closing a case',
  'record-proposal': 'Proposing orders', 'begin-approval': 'Looking at a proposal to approve it', 'approve-proposal': 'Approving orders', 'refuse-proposal': 'Refusing orders',
  'record-disclosure': 'Asking for a disclosure', 'sign-disclosure': 'Signing a disclosure', 'begin-disclosure-approval': 'Looking at a disclosure to approve it', 'approve-disclosure': 'Approving a disclosure',
  'refuse-disclosure': 'Refusing a disclosure', 'release-disclosure': 'Opening a disclosure', 'close-disclosure': 'Closing a disclosure', 'review-disclosure': 'Reviewing a disclosure',
  'list-disclosures': 'Listing disclosures', 'read-disclosure': 'Reading a disclosure',
  'list-officers': 'Listing the staff', 'invite-officer': 'Inviting a member of staff', 'list-invitations': 'Listing invitations', 'begin-confirmation': 'Looking at an invitation to confirm it',
  'confirm-invitation': 'Confirming an invitation', 'dismiss-officer': 'Dismissing a member of staff', 'freeze-officer': 'Freezing an account', 'begin-officer-release': 'Looking at a frozen account', 'release-officer': 'Letting an account go on',
  'list-passkeys': 'Listing own passkeys', 'begin-passkey': 'Beginning another passkey', 'store-passkey': 'Adding a passkey', 'list-keys': 'Listing the vault’s keys',
  'record-institution-key': 'Registering the key of a laboratory’s system', 'list-institution-keys': 'Listing the keys of institutions’ systems', 'begin-institution-key-confirmation': 'Looking at such a key to confirm it', 'confirm-institution-key': 'Confirming such a key', 'revoke-institution-key': 'Revoking such a key',
  'read-oversight': 'Reading the oversight page', 'acknowledge-alarm': 'Acknowledging an alarm', 'make-canaries': 'Making decoys', 'declare-canary': 'Declaring a decoy', 'retire-canary': 'Retiring a decoy',
  'read-sunset': 'Reading the request to end the system', 'begin-sunset-approval': 'Looking at the end of the system to approve it', 'approve-sunset': 'Approving the end of the system', 'withdraw-sunset-approval': 'Withdrawing that approval',
};
const zh: SameKeys<typeof en> = {
  'present-pass-at-desk': '在服务点扫描健康码', 'prove-identity': '核验身份', 'begin-move-confirmation': '查看待确认的设备转移', 'confirm-move': '确认设备转移', 'present-pass-for-specimen': '登记样本',
  'register-at-desk': '为没有手机的居民登记', 'issue-card': '制作纸质卡', 'end-card': '注销纸质卡', 'link-at-desk': '现场关联监护人',
  'read-letter-owner': '打开出示卡片者的信件', 'record-handing-over': '交付信件',
  'list-appeals': '查看申诉列表', 'open-appeal': '查看申诉', 'answer-appeal': '答复申诉',
  'begin-trace': '开展流调', 'close-case': '结束病例',
  'record-proposal': '提议指令', 'begin-approval': '查看待批准的提议', 'approve-proposal': '批准指令', 'refuse-proposal': '否决指令',
  'record-disclosure': '申请披露', 'sign-disclosure': '签署披露申请', 'begin-disclosure-approval': '查看待批准的披露', 'approve-disclosure': '批准披露',
  'refuse-disclosure': '否决披露', 'release-disclosure': '打开披露', 'close-disclosure': '关闭披露', 'review-disclosure': '复核披露',
  'list-disclosures': '查看披露列表', 'read-disclosure': '查看披露详情',
  'list-officers': '查看工作人员名单', 'invite-officer': '邀请工作人员', 'list-invitations': '查看邀请列表', 'begin-confirmation': '查看待确认的邀请',
  'confirm-invitation': '确认邀请', 'dismiss-officer': '解除职务', 'freeze-officer': '冻结账号', 'begin-officer-release': '查看冻结的账号', 'release-officer': '解除冻结',
  'list-passkeys': '查看本人通行密钥', 'begin-passkey': '开始添加通行密钥', 'store-passkey': '添加通行密钥', 'list-keys': '查看保险库密钥',
  'record-institution-key': '登记实验室系统的密钥', 'list-institution-keys': '查看机构系统的密钥列表', 'begin-institution-key-confirmation': '查看待确认的机构密钥', 'confirm-institution-key': '确认机构密钥', 'revoke-institution-key': '吊销机构密钥',
  'read-oversight': '查看监督页面', 'acknowledge-alarm': '确认警报', 'make-canaries': '生成诱饵', 'declare-canary': '申报诱饵', 'retire-canary': '撤除诱饵',
  'read-sunset': '查看终止系统的请求', 'begin-sunset-approval': '查看待批准的终止请求', 'approve-sunset': '批准终止系统', 'withdraw-sunset-approval': '撤回该批准',
};
export const deedTexts = { en, zh };

type Deed = keyof typeof en;

/** Whether there are words for an operation; one of a newer vault may have none yet, and is shown by its name. */
export function isDeed(operation: string): operation is Deed {
  return Object.hasOwn(en, operation);
}
